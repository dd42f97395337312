#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/gate.hpp"
#include "platform/gcs/caller.hpp"
#include "platform/gcs/service_account.hpp"

// Finds credentials, and gets access tokens with them before they are needed.
namespace reprise::gcs {

struct NoCredentials {};
struct GivenToken {
  std::string token;  ///< a secret
};
/// The machine's own identity on Google's computers (cloud.google.com/compute/docs/metadata).
struct MetadataServer {
  std::string base_url;
};
using Credentials = std::variant<NoCredentials, GivenToken, MetadataServer, ServiceAccount>;

/// Describes credentials for people, without any secret.
std::string shown(const Credentials& credentials);

struct CredentialSources {
  std::string token;  ///< the setting `gcs-token`; empty when it is not set
  std::vector<std::pair<std::string, std::string>> environment;
  /// Reads a secret file. Errors: NotFound when it does not exist; Invalid.
  std::function<Result<std::string>(const std::string& path)> read_file;
};
/// Takes the first of these that exists: the token, the file that GOOGLE_APPLICATION_CREDENTIALS
/// names, the file `.gcp-key.json`, the metadata server (at GCE_METADATA_HOST, or where Google's
/// computers have it). Errors: Invalid, one sentence that names the setting.
Result<Credentials> find_credentials(const CredentialSources& sources);

/// What to do with the token at hand.
enum class TokenStep {
  Use,
  Renew,  ///< it is valid for a short time: one task gets a new one, the others still use it
  Wait,   ///< there is no valid token: one task asks for it, and the others wait
};
/// Tokens live an hour; Google's metadata server gives a new one from five minutes before the end.
TokenStep token_step(std::int64_t expires_utc_ns, std::int64_t now_utc_ns);

/// The tokens of one identity. One task at a time asks for the next token. `now` is the time that
/// assertions name; when it turns out to have been wrong as one is refused, it is asked once more.
/// Any thread.
class Tokens final : public TokenSource {
 public:
  Tokens(Credentials credentials, Scope scope, Send send,
         std::function<std::int64_t()> now = now_utc_ns);
  Task<Result<std::string>> token(Deadline deadline) override;
  void refuse(const std::string& token) override;

 private:
  struct Held {
    std::string token;
    std::int64_t expires_utc_ns = 0;
  };
  Held held() const;
  Task<Result<http::ClientResponse>> exchange(Deadline deadline);
  Task<Result<Held>> ask(Deadline deadline);

  const Credentials credentials_;
  const Scope scope_;
  const Send send_;
  const std::function<std::int64_t()> now_;
  Gate asking_{1};
  mutable std::mutex lock_;
  Held held_;  // under the lock
};

}  // namespace reprise::gcs
