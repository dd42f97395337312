#include "platform/http/url.hpp"

#include <charconv>
#include <cstdint>

#include "platform/http/framing.hpp"
#include "platform/http/text.hpp"

namespace reprise::http {

Result<Url> parse_url(std::string_view text) {
  const auto invalid =
      fail(ErrorCode::Invalid, "The URL must be http://host[:port]/path or https://….");
  Url url;
  const auto scheme_end = text.find("://");
  if (scheme_end == text.npos) return invalid;
  const std::string_view scheme = text.substr(0, scheme_end);
  url.tls = same_token(scheme, "https");
  if (!url.tls && !same_token(scheme, "http")) return invalid;
  text.remove_prefix(scheme_end + 3);
  for (const char c : text) {
    if (c <= ' ' || c >= 0x7f || c == '#' || c == '\\') return invalid;
  }
  const std::string_view authority = text.substr(0, text.find_first_of("/?"));
  const auto name = host_name(authority);
  if (!name) return invalid;
  url.host = name->starts_with('[') ? name->substr(1, name->size() - 2) : *name;
  const std::string_view port = authority.substr(name->size());
  const std::string_view default_port = url.tls ? "443" : "80";
  url.port = port.empty() ? default_port : port.substr(1);
  std::uint32_t number = 0;
  std::from_chars(url.port.data(), url.port.data() + url.port.size(), number);
  if (number == 0 || number > 65535) return invalid;
  url.authority = url.port == default_port ? *name : *name + ':' + url.port;
  const std::string_view target = text.substr(authority.size());
  url.target = target.starts_with('/') ? std::string(target) : '/' + std::string(target);
  return url;
}

}  // namespace reprise::http
