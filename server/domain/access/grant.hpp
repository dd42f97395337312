#pragma once

#include <string>

#include "domain/access/reach.hpp"

namespace reprise::access {

/// What a share lets a request do: to read the one object that its address names.
struct Grant {
  Reach reach;  ///< that of the owner
  std::string share_id;
  bool may_download = false;
  bool by_link = false;
  /// False: nobody knows, or need know, who looks; the link says all.
  bool named = true;
  std::string owner_name = {};  ///< for people who log in
};

}  // namespace reprise::access
