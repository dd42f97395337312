#include "domain/login/fault.hpp"

namespace reprise::login {

Kind kind_of(Fault fault) {
  switch (fault) {
    case Fault::NoTransaction:
      return Kind::Expired;
    case Fault::IssuerError:
      return Kind::Declined;
    case Fault::IssuerUnreachable:
      return Kind::Unreachable;
    case Fault::NotAllowed:
    case Fault::UserDisabled:
      return Kind::NotAllowed;
    default:
      return Kind::Failed;
  }
}

}  // namespace reprise::login
