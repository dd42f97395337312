#pragma once

#include <boost/describe/enum.hpp>
#include <string_view>

// Why a login ends without a session.
namespace reprise::login {

/// The reason for the log, in the order in which the checks are made. `enum_text` gives the code
/// that the log shows.
enum class Fault {
  // The answer of the issuer, as the browser brings it
  NoTransaction,       ///< no cookie, or one that is used up or too old
  IssuerOfOtherLogin,  ///< the login was begun with another issuer
  IssuerError,         ///< the issuer answered with an error
  StateMissing,
  StateDiffers,
  IssParameterDiffers,
  IssParameterMissing,  ///< the issuer says that it always sends one (RFC 9207 2.4)
  CodeMissing,
  // The token request
  IssuerUnreachable,
  TokenRequestRefused,
  TokenAnswerMalformed,
  TokenTypeUnknown,
  // The ID token's form and signature
  TokenTooLarge,
  TokenMalformed,
  HeaderMalformed,
  AlgorithmRefused,
  CriticalHeader,
  TypeRefused,
  KeyIdMissing,
  KeyUnknown,
  SignatureWrong,
  // Its claims
  ClaimsMalformed,
  IssuerDiffers,
  AudienceDiffers,
  AudienceUntrusted,
  AuthorizedPartyDiffers,
  ExpiryMissing,
  Expired,
  IssuedAtMissing,
  NotYetValid,
  IssuedInFuture,
  IssuedLongAgo,
  NonceDiffers,
  SubjectMalformed,
  AccessTokenHashDiffers,
  CodeHashDiffers,
  LoggedInLongAgo,
  // Who it is
  NotAllowed,  ///< neither e-mail nor group is on the allow-list
  UserDisabled,
};
BOOST_DESCRIBE_ENUM(Fault, NoTransaction, IssuerOfOtherLogin, IssuerError, StateMissing,
                    StateDiffers, IssParameterDiffers, IssParameterMissing, CodeMissing,
                    IssuerUnreachable, TokenRequestRefused, TokenAnswerMalformed, TokenTypeUnknown,
                    TokenTooLarge, TokenMalformed, HeaderMalformed, AlgorithmRefused,
                    CriticalHeader, TypeRefused, KeyIdMissing, KeyUnknown, SignatureWrong,
                    ClaimsMalformed, IssuerDiffers, AudienceDiffers, AudienceUntrusted,
                    AuthorizedPartyDiffers, ExpiryMissing, Expired, IssuedAtMissing, NotYetValid,
                    IssuedInFuture, IssuedLongAgo, NonceDiffers, SubjectMalformed,
                    AccessTokenHashDiffers, CodeHashDiffers, LoggedInLongAgo, NotAllowed,
                    UserDisabled)

/// What the person is told. Coarse on purpose: it must not help somebody who tries.
enum class Kind {
  Expired,      ///< the login took too long, or was begun in another tab: try again
  Declined,     ///< the issuer says that it was cancelled or refused
  Unreachable,  ///< the issuer does not answer
  NotAllowed,   ///< logged in there, but not admitted here
  Failed,       ///< anything else
};
BOOST_DESCRIBE_ENUM(Kind, Expired, Declined, Unreachable, NotAllowed, Failed)

Kind kind_of(Fault fault);

}  // namespace reprise::login
