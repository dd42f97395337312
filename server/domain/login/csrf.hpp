#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Which requests come from our own pages (docs/adr/2026-11-29-login.md).
namespace reprise::login {

/// The one route that takes a form: its files. Everywhere else a form is refused
/// (docs/adr/2026-11-29-uploads.md).
inline constexpr std::string_view kFileRoute = "/api/uploads";
/// Header fields of tus (domain/upload). Before a page of another site may send one of them,
/// browsers ask (Fetch standard, 3.3.2).
inline constexpr std::array<std::string_view, 3> kFileFields{"Tus-Resumable", "Upload-Length",
                                                             "Upload-Defer-Length"};

/// What a browser says about where a request comes from.
struct FromWhere {
  std::optional<std::string_view> origin = {};
  std::optional<std::string_view> fetch_site = {};  ///< `Sec-Fetch-Site`
  std::optional<std::string_view> content_type = {};
  bool to_file_route = false;  ///< a POST to `kFileRoute`
  bool custom_header = false;  ///< a header that a form of another site cannot send
  bool cookie = false;         ///< of our session
  bool bearer = false;
};

/// Why a request that changes something is refused.
enum class Foreign {
  Origin,  ///< nothing proves that a page of ours sends it
  Plain,   ///< a form of another site could have sent it
};

/// `ours`: our origins, `scheme://host[:port]` in lower case. Empty: it comes from us. A script
/// that brings a token and no cookie is no browser, and passes.
std::optional<Foreign> check_origin(const FromWhere& from, const std::vector<std::string>& ours);

}  // namespace reprise::login
