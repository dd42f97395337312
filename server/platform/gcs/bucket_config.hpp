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
  std::string metageneration;  ///< changes with every change of the configuration
  bool versioning = false;
  std::int64_t soft_delete_s = 0;  ///< how long deleted objects can be restored; 0: never
  std::int64_t retention_s = 0;    ///< the age from which objects can be deleted
  bool holds_new_objects = false;  ///< nobody can delete an object until its hold is released
  boost::json::array cors = {};
  boost::json::array lifecycle = {};  ///< rules
};

http::ClientRequest bucket_request(const Address& address);
/// Errors: Unavailable when the text is not the configuration of a bucket.
Result<BucketConfig> read_bucket(std::string_view json);
/// Changes members of the configuration. Google refuses it when the configuration has changed since
/// it was seen.
http::ClientRequest change_bucket_request(const Address& address, const BucketConfig& seen,
                                          const boost::json::object& members);

inline constexpr const char* kMayCreate = "storage.objects.create";
/// The permissions that `serve` needs.
const std::vector<std::string>& wanted_permissions();
http::ClientRequest permissions_request(const Address& address);
/// Those of wanted_permissions() that the answer does not name. Errors: Unavailable when the answer
/// cannot be read.
Result<std::vector<std::string>> missing_permissions(std::string_view json);

/// One thing that was looked at.
struct Finding {
  std::string name;  ///< one word
  bool fine = true;
  std::string words;
  std::string command = {};  ///< the command that would mend it
  /// The members of the configuration that would mend it. Empty when only a person may decide.
  std::optional<boost::json::object> change = {};
};

/// Everything that is wrong or right about the configuration. `origin` is the origin of pages that
/// read objects by themselves (`https://reprise.example`), or empty when no page does.
std::vector<Finding> findings(const BucketConfig& config, const Address& address,
                              std::string_view origin);

}  // namespace reprise::gcs
