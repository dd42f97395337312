#include "platform/http/security_headers.hpp"

#include "base/assert.hpp"

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

Headers page_headers(const std::vector<std::string>& connect_origins,
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
  return headers;
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
