#include "platform/http/framing.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "platform/http/router.hpp"
#include "platform/http/text.hpp"

namespace reprise::http {
namespace {

std::unexpected<Refusal> refuse(int status, std::string detail) {
  return std::unexpected(Refusal{status, std::move(detail)});
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return all_digits(text) && error == std::errc() && end == text.data() + text.size() && port != 0;
}

/// The value of a field that may occur once only. `twice`: it occurs more often.
struct Single {
  std::optional<std::string_view> value;
  bool twice = false;
};
Single single(const Headers& headers, std::string_view name) {
  Single found;
  for (const auto& [held, value] : headers.rows()) {
    if (!same_token(held, name)) continue;
    found.twice = found.value.has_value();
    found.value = value;
    if (found.twice) break;
  }
  return found;
}

std::expected<void, Refusal> check_length(const RequestHead& head, Framing& framing) {
  constexpr std::size_t kLengthDigitsMax = 18;  // always fits 64 bits
  const Single length = single(head.headers, "Content-Length");
  const Single coding = single(head.headers, "Transfer-Encoding");
  if (length.value && coding.value)
    return refuse(400, "Content-Length and Transfer-Encoding exclude each other.");
  if (length.twice || coding.twice) return refuse(400, "The length of the body is given twice.");
  if (length.value) {
    if (!all_digits(*length.value) || length.value->size() > kLengthDigitsMax) {
      return refuse(400, "Content-Length must be one decimal number.");
    }
    std::uint64_t value = 0;
    std::from_chars(length.value->data(), length.value->data() + length.value->size(), value);
    framing.content_length = value;
  }
  if (coding.value) {
    if (head.version != 11) return refuse(400, "HTTP/1.0 has no Transfer-Encoding.");
    if (!same_token(*coding.value, "chunked")) {
      return refuse(400, "The only transfer coding here is chunked.");
    }
    framing.chunked = true;
  }
  return {};
}

std::expected<void, Refusal> check_host(const RequestHead& head,
                                        const std::vector<std::string>& hosts, Framing& framing) {
  const Single host = single(head.headers, "Host");
  if (host.twice) return refuse(400, "Host is given twice.");
  if (!host.value) {
    if (head.version == 11) return refuse(400, "Host is missing.");
    if (hosts.empty()) return {};
    return refuse(421, "Host is missing.");
  }
  const auto name = host_name(*host.value);
  if (!name) return refuse(400, "Host is malformed.");
  framing.host = lower_case(*host.value);
  const bool ours = hosts.empty() || std::ranges::any_of(hosts, [&](const std::string& one) {
                      return same_token(one, *name);
                    });
  if (!ours) return refuse(421, "This server does not answer under that name.");
  return {};
}

}  // namespace

std::optional<Method> known_method(std::string_view name) {
  for (const Method method : {Method::Get, Method::Head, Method::Post, Method::Put, Method::Patch,
                              Method::Delete, Method::Options}) {
    if (name == method_name(method)) return method;
  }
  return std::nullopt;
}

std::expected<std::optional<std::size_t>, Refusal> HeadScan::look(std::string_view bytes) {
  for (; seen_ < bytes.size(); ++seen_) {
    const char c = bytes[seen_];
    const bool after_cr = seen_ > 0 && bytes[seen_ - 1] == '\r';
    if (after_cr != (c == '\n')) return refuse(400, "A line must end with CR LF.");
    if (c == '\n') {
      if (seen_ - line_first_ == 1) {
        if (first_line_) return refuse(400, "The request line is empty.");
        return ++seen_;
      }
      line_first_ = seen_ + 1;
      first_line_ = false;
    } else if (seen_ == line_first_ && (c == ' ' || c == '\t')) {
      return refuse(400, "A line must not begin with a blank.");
    } else if (c != '\r' && c != '\t' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)) {
      return refuse(400, "The header has a control character.");
    }
  }
  return std::nullopt;
}

std::optional<std::string> host_name(std::string_view host) {
  std::size_t name_end = 0;
  if (host.starts_with('[')) {
    name_end = host.find(']');
    if (name_end == host.npos || name_end < 3) return std::nullopt;
    const bool address = std::ranges::all_of(host.substr(1, name_end - 1), [](char c) {
      return c == ':' || c == '.' ||
             std::string_view("0123456789abcdefABCDEF").find(c) != std::string_view::npos;
    });
    if (!address) return std::nullopt;
    ++name_end;
  } else {
    name_end = std::min(host.find(':'), host.size());
    const bool name = name_end > 0 && std::ranges::all_of(host.substr(0, name_end), [](char c) {
                        return c == '-' || c == '.' || c == '_' || (c >= '0' && c <= '9') ||
                               (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
                      });
    if (!name) return std::nullopt;
  }
  const std::string_view port = host.substr(name_end);
  if (!port.empty() && (port[0] != ':' || !is_port(port.substr(1)))) return std::nullopt;
  return lower_case(host.substr(0, name_end));
}

std::expected<Framing, Refusal> check_framing(const RequestHead& head,
                                              const std::vector<std::string>& hosts) {
  Framing framing;
  if (head.version != 10 && head.version != 11) return refuse(505, "Use HTTP/1.1.");
  if (auto status = check_length(head, framing); !status) return std::unexpected(status.error());
  if (auto status = check_host(head, hosts, framing); !status) {
    return std::unexpected(status.error());
  }
  const auto method = known_method(head.method);
  if (!method) return refuse(501, "This method is not known here.");
  framing.method = *method;
  if (const auto expect = head.headers.find("Expect"); expect && head.version == 11) {
    if (!same_token(*expect, "100-continue"))
      return refuse(417, "The only expectation here is 100-continue.");
    framing.expects_continue = framing.chunked || framing.content_length.value_or(0) > 0;
  }
  if (const auto coding = head.headers.find("Content-Encoding");
      coding && !same_token(*coding, "identity")) {
    return refuse(415, "Send the body without Content-Encoding.");
  }
  framing.keep_alive = head.version == 11;
  for (const auto& [name, value] : head.headers.rows()) {
    if (!same_token(name, "Connection")) continue;
    if (head.version == 10 && list_has(value, "keep-alive")) framing.keep_alive = true;
  }
  for (const auto& [name, value] : head.headers.rows()) {
    if (same_token(name, "Connection") && list_has(value, "close")) framing.keep_alive = false;
  }
  return framing;
}

bool is_cross_site(const Headers& headers, std::string_view host) {
  if (const auto site = headers.find("Sec-Fetch-Site")) {
    return !same_token(*site, "same-origin") && !same_token(*site, "none");
  }
  const auto origin = headers.find("Origin");
  if (!origin) return false;
  const auto mark = origin->find("://");
  return mark == origin->npos || !same_token(origin->substr(mark + 3), host);
}

bool is_of_own_page(const Headers& headers, std::string_view host) {
  if (const auto site = headers.find("Sec-Fetch-Site")) return same_token(*site, "same-origin");
  return headers.find("Origin").has_value() && !is_cross_site(headers, host);
}

bool has_folded_line(std::string_view fields) {
  return fields.find("\r\n ") != std::string_view::npos ||
         fields.find("\r\n\t") != std::string_view::npos;
}

}  // namespace reprise::http
