#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/gcs/address.hpp"
#include "platform/http/client.hpp"

// The configuration of a bucket (cloud.google.com/storage/docs/json_api/v1/buckets), and what of it
// would break us. Pure.
namespace reprise::gcs {

struct BucketConfig {
  std::string location;
  std::string storage_class;
  std::string metageneration;  ///< names this state of the configuration
  bool versioning = false;
  std::int64_t soft_delete_s = 0;  ///< deleted objects come back within this time; 0: not
  std::int64_t retention_s = 0;    ///< objects cannot be deleted before this age; 0: at once
  bool holds_new_objects = false;  ///< until somebody releases each one
  boost::json::array cors = {};
  boost::json::array lifecycle = {};  ///< rules
};

http::ClientRequest bucket_request(const Address& address);
/// Errors: Unavailable when it is none.
Result<BucketConfig> read_bucket(std::string_view json);
/// Changes members of the configuration, if it is still that one.
http::ClientRequest change_bucket_request(const Address& address, const BucketConfig& seen,
                                          const boost::json::object& members);

/// What `serve` does to objects, as names of permissions.
const std::vector<std::string>& wanted_permissions();
http::ClientRequest permissions_request(const Address& address);
/// The wanted ones that the answer does not grant.
Result<std::vector<std::string>> missing_permissions(std::string_view json);

/// One thing that was looked at.
struct Finding {
  std::string name;  ///< one word
  bool fine = true;
  std::string words;
  std::string command = {};  ///< that mends it
  /// Members of the configuration that mend it; none: only a person may decide.
  std::optional<boost::json::object> change = {};
};

/// Everything about the configuration. `origin`: where browsers come from when they read objects by
/// themselves (`https://reprise.example`); empty: they do not.
std::vector<Finding> findings(const BucketConfig& config, const Address& address,
                              std::string_view origin);

}  // namespace reprise::gcs
