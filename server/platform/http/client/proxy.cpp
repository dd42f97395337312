#include "platform/http/client/proxy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <charconv>

#include "base/base64.hpp"
#include "platform/http/text.hpp"
#include "platform/http/url.hpp"

namespace reprise::http {
namespace asio = boost::asio;

namespace {

using Environment = std::vector<std::pair<std::string, std::string>>;

const std::pair<std::string, std::string>* set_in(const Environment& environment,
                                                  std::string_view lower, std::string_view upper) {
  for (const std::string_view name : {lower, upper}) {
    for (const auto& row : environment) {
      if (row.first == name && !row.second.empty()) return &row;
    }
  }
  return nullptr;
}

/// Decodes percent-encoding (RFC 3986 2.1); empty when it is malformed.
std::optional<std::string> decoded(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      plain += text[at];
      continue;
    }
    unsigned char byte = 0;
    const std::string_view digits = text.substr(at + 1, 2);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2) return std::nullopt;
    plain += static_cast<char>(byte);
    at += 2;
  }
  return plain;
}

std::unexpected<Error> wrong(std::string_view variable) {
  return fail(ErrorCode::Invalid,
              fmt::format("{} must be http://[USER:PASSWORD@]HOST:PORT.", variable));
}

Result<Proxy> read_proxy(std::string_view variable, std::string_view text) {
  const auto scheme_end = text.find("://");
  if (scheme_end != text.npos) {
    if (!same_token(text.substr(0, scheme_end), "http")) {
      return fail(ErrorCode::Invalid,
                  fmt::format("{} names a kind of proxy that Reprise cannot use; it must be "
                              "http://[USER:PASSWORD@]HOST:PORT.",
                              variable));
    }
    text.remove_prefix(scheme_end + 3);
  }
  text = text.substr(0, text.find('/'));
  Proxy proxy;
  if (const auto at = text.rfind('@'); at != text.npos) {
    const std::string_view user_info = text.substr(0, at);
    const auto colon = user_info.find(':');
    const auto user = decoded(user_info.substr(0, colon));
    const auto password = decoded(colon == user_info.npos ? "" : user_info.substr(colon + 1));
    if (!user || !password) return wrong(variable);
    proxy.authorization = "Basic " + base64_encode(as_bytes(*user + ":" + *password));
    text.remove_prefix(at + 1);
  }
  const auto url = parse_url("http://" + std::string(text));
  if (!url || url->target != "/") return wrong(variable);
  proxy.host = url->host;
  proxy.port = url->port;
  proxy.shown =
      fmt::format("{}:{}", url->host.contains(':') ? "[" + url->host + "]" : url->host, url->port);
  return proxy;
}

bool is_this_machine(std::string_view host, const std::optional<asio::ip::address>& address) {
  return host == "localhost" || host.ends_with(".localhost") || (address && address->is_loopback());
}

bool in_range(const asio::ip::address& address, const std::string& range) {
  boost::system::error_code error;
  if (address.is_v4()) {
    const auto network = asio::ip::make_network_v4(range, error);
    if (error) return false;
    const auto mask = network.netmask().to_uint();
    return (address.to_v4().to_uint() & mask) == (network.address().to_uint() & mask);
  }
  const auto network = asio::ip::make_network_v6(range, error);
  if (error) return false;
  return asio::ip::network_v6(address.to_v6(), network.prefix_length()).canonical() ==
         network.canonical();
}

std::optional<asio::ip::address> address_of(std::string_view text) {
  boost::system::error_code error;
  auto address = asio::ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  return address;
}

/// Takes `:port` off the end of the entry. False when it names another port.
bool port_fits(std::string_view& entry, std::string_view port) {
  const auto bracket = entry.rfind(']');
  const auto colon = entry.rfind(':');
  const bool one_colon = entry.find(':') == colon;
  if (colon != entry.npos && (bracket == entry.npos ? one_colon : colon == bracket + 1)) {
    if (entry.substr(colon + 1) != port) return false;
    entry = entry.substr(0, colon);
  }
  if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
  return true;
}

}  // namespace

Result<ProxyRules> read_proxy_rules(const Environment& environment) {
  ProxyRules rules;
  if (const auto* row = set_in(environment, "https_proxy", "HTTPS_PROXY")) {
    auto proxy = read_proxy(row->first, row->second);
    if (!proxy) return std::unexpected(std::move(proxy.error()));
    rules.https = *std::move(proxy);
  }
  if (const auto* row = set_in(environment, "no_proxy", "NO_PROXY")) {
    std::string text = lower_case(row->second);
    std::ranges::replace(text, ' ', ',');
    std::string_view rest = text;
    while (const auto entry = next_element(rest)) rules.direct.emplace_back(*entry);
  }
  return rules;
}

std::optional<Proxy> proxy_for(const ProxyRules& rules, std::string_view host,
                               std::string_view port) {
  const std::string name = lower_case(host);
  const auto address = address_of(name);
  if (!rules.https || is_this_machine(name, address)) return std::nullopt;
  for (std::string_view entry : rules.direct) {
    if (entry == "*") return std::nullopt;
    if (!port_fits(entry, port)) continue;
    if (address) {
      if (entry.contains('/') ? in_range(*address, std::string(entry))
                              : address_of(entry) == address)
        return std::nullopt;
      continue;
    }
    while (entry.starts_with('.') || entry.starts_with('*')) entry.remove_prefix(1);
    const bool below = name.size() > entry.size() && name.ends_with(entry) &&
                       name[name.size() - entry.size() - 1] == '.';
    if (!entry.empty() && (name == entry || below)) return std::nullopt;
  }
  return rules.https;
}

}  // namespace reprise::http
