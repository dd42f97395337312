#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "platform/http/assets.hpp"
#include "platform/http/http.hpp"

namespace reprise::http {

/// Serves the embedded web app from memory. Immutable after construction, so any thread may ask.
class StaticSite {
 public:
  /// `assets` must live as long as the program. `page_headers` (security_headers.hpp) go with pages
  /// and Workers only, also when these have not changed (304), since browsers then keep the newer.
  StaticSite(const std::vector<Asset>& assets, Headers page_headers);
  /// Answers GET and HEAD. Chooses Brotli before gzip by `Accept-Encoding`; strong ETags;
  /// `immutable` below /assets/ (names there contain a hash of the content), `no-cache` elsewhere.
  /// A path without an extension that is not below /api is a page of the app and gets
  /// `/index.html`.
  Response serve(const Request& request) const;

 private:
  struct Form {
    std::string_view coding;  ///< as in Content-Encoding; empty: none
    std::string_view bytes;
    std::string etag;
  };
  struct Entry {
    std::string content_type;
    std::vector<Form> forms;  ///< best first; the last one is plain
    bool runs = false;        ///< a page, or the script of a Worker
  };
  const Headers page_headers_;
  std::map<std::string_view, Entry> entries_;
};

/// Media type by extension; application/octet-stream for others.
std::string_view content_type_of(std::string_view path);

/// Whether `Accept-Encoding` allows `coding` (RFC 9110 12.5.3: `q=0` forbids; `*` stands for
/// codings that are not named).
bool accepts_coding(std::string_view accept_encoding, std::string_view coding);

}  // namespace reprise::http
