#include "platform/http/security_headers.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "platform/http/text.hpp"

namespace reprise::http {

namespace {

/// ` origin origin …`, to add to a directive.
std::string added(const std::vector<std::string>& origins) {
  std::string text;
  for (const std::string& origin : origins) {
    // The origin comes from configuration, which must refuse one that could end the directive.
    REPRISE_ASSERT(!origin.empty() && origin.find_first_of(" ;,'\"\t\r\n") == std::string::npos);
    text += ' ' + origin;
  }
  return text;
}

}  // namespace

Headers security_headers(const std::vector<std::string>& connect_origins,
                         const std::vector<std::string>& media_origins,
                         const std::vector<std::string>& form_origins) {
  const std::string media = added(media_origins);
  Headers headers;
  headers.add(
      "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
      "font-src 'self'; media-src 'self' blob:" +
          media + "; worker-src 'self'; manifest-src 'self'; connect-src 'self'" +
          added(connect_origins) + media +
          "; frame-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'" +
          added(form_origins) +
          "; object-src 'none'; require-trusted-types-for 'script'; trusted-types reprise");
  headers.add("Permissions-Policy",
              "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), "
              "screen-wake-lock=(self), geolocation=(), usb=(), payment=()");
  headers.add("Cross-Origin-Opener-Policy", "same-origin");
  headers.add("Cross-Origin-Resource-Policy", "same-origin");
  headers.add("Referrer-Policy", "no-referrer");
  headers.add("X-Content-Type-Options", "nosniff");
  return headers;
}

bool is_data(std::string_view content_type) {
  static constexpr std::string_view kTypes[] = {"application/json", "application/problem+json",
                                                "text/css",         "font/woff2",
                                                "image/jpeg",       "image/svg+xml"};
  const std::string_view type = trim(content_type.substr(0, content_type.find(';')));
  return std::ranges::find(kTypes, type) != std::ranges::end(kTypes);
}

Headers bare_headers() {
  Headers headers;
  headers.add("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  headers.add("Cross-Origin-Resource-Policy", "same-origin");
  headers.add("Referrer-Policy", "no-referrer");
  headers.add("X-Content-Type-Options", "nosniff");
  return headers;
}

}  // namespace reprise::http
