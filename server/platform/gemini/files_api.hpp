#pragma once

// Files that are too large for a request are given to the model's service before (Files API,
// v1beta), which keeps them for 48 hours.

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "base/async.hpp"
#include "base/clock.hpp"
#include "base/types.hpp"
#include "platform/gemini/gemini.hpp"

namespace reprise::gemini {

/// A file, and how its bytes are read.
struct FileToGive {
  std::string key;  ///< names the content: equal files are given once
  std::string name;
  std::string media_type;
  std::int64_t bytes = 0;
  std::function<Task<Bytes>()> next;  ///< the next piece; empty: the end
};

/// Pieces of this size, as Google's own SDK sends them.
inline constexpr std::size_t kFilePieceBytes = std::size_t{8} << 20;
/// How long a place is used again; the service keeps a file for 48 hours.
inline constexpr std::chrono::hours kPlaceKept{40};
/// How long the service may look at a file before it can be used.
inline constexpr std::chrono::minutes kProcessedWithin{3};

/// Any thread; outlives every call.
class FilesApi {
 public:
  FilesApi(Service service, Send send, std::function<std::int64_t()> now = now_utc_ns)
      : service_(std::move(service)), send_(std::move(send)), now_(std::move(now)) {}
  /// Where the service has the file, once it can be used. Errors: UpstreamRefused.
  Task<Result<std::string>> place_of(FileToGive file, Deadline deadline);

 private:
  struct Place {
    std::string uri;
    std::int64_t until_utc_ns = 0;
  };
  Task<Result<std::string>> begin(const FileToGive& file, Deadline deadline);
  Task<Result<std::string>> send_all(const FileToGive& file, std::string url, Deadline deadline);
  Task<Result<std::string>> until_active(std::string described, Deadline deadline);
  http::ClientRequest request(http::Method method, std::string url, Deadline deadline) const;

  const Service service_;
  const Send send_;
  const std::function<std::int64_t()> now_;
  std::mutex mutex_;
  std::map<std::string, Place> places_;  // under the mutex
};

}  // namespace reprise::gemini
