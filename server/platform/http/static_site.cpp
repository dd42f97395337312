#include "platform/http/static_site.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "platform/http/range.hpp"
#include "platform/http/responses.hpp"
#include "platform/http/text.hpp"

namespace reprise::http {
namespace {

constexpr std::string_view kIndex = "/index.html";
constexpr std::size_t kTagHexDigits = 32;

bool is_page(std::string_view path) {
  const bool api = path == "/api" || path.starts_with("/api/");
  return !api && path.substr(path.rfind('/')).find('.') == std::string_view::npos;
}

/// By the name that the build gives it. A Worker with another name gets the policy of all other
/// files, under which it can do nothing.
bool is_worker(std::string_view path) {
  return path.ends_with(".js") && path.find("-worker-") != std::string_view::npos;
}

/// `q=0`, `q=0.0` … forbid a coding. A weight that cannot be read counts as 1.
bool is_zero_weight(std::string_view parameters) {
  const auto q = lower_case(parameters).find("q=");
  if (q == std::string::npos) return false;
  const std::string_view weight = trim(parameters.substr(q + 2));
  return !weight.empty() && weight.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

std::string_view content_type_of(std::string_view path) {
  static constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".webp", "image/webp"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".wasm", "application/wasm"},
      {".txt", "text/plain; charset=utf-8"},
  };
  for (const auto& [extension, type] : kTypes) {
    if (path.ends_with(extension)) return type;
  }
  return "application/octet-stream";
}

bool accepts_coding(std::string_view accept_encoding, std::string_view coding) {
  bool others = false;
  while (const auto element = next_element(accept_encoding)) {
    const auto mark = element->find(';');
    const std::string_view name = trim(element->substr(0, mark));
    const bool wanted = mark == element->npos || !is_zero_weight(element->substr(mark + 1));
    if (same_token(name, coding)) return wanted;
    if (name == "*") others = wanted;
  }
  return others;
}

StaticSite::StaticSite(const std::vector<Asset>& assets, Headers page_headers)
    : page_headers_(std::move(page_headers)) {
  for (const Asset& asset : assets) {
    Entry entry{.content_type = std::string(content_type_of(asset.path)),
                .forms = {},
                .runs = asset.path.ends_with(".html") || is_worker(asset.path)};
    const std::string tag = hex(sha256(as_bytes(asset.identity))).substr(0, kTagHexDigits);
    if (!asset.brotli.empty()) entry.forms.push_back({"br", asset.brotli, '"' + tag + "-br\""});
    if (!asset.gzip.empty()) entry.forms.push_back({"gzip", asset.gzip, '"' + tag + "-gz\""});
    entry.forms.push_back({"", asset.identity, '"' + tag + '"'});
    entries_.emplace(asset.path, std::move(entry));
  }
}

Response StaticSite::serve(const Request& request) const {
  auto found = entries_.find(request.path);
  if (found == entries_.end() && is_page(request.path)) found = entries_.find(kIndex);
  if (found == entries_.end()) return problem(404, "", "There is nothing under this address.");
  const Entry& entry = found->second;
  const std::string_view accepted = request.headers.find("Accept-Encoding").value_or("");
  const Form& form = *std::ranges::find_if(entry.forms, [&](const Form& one) {
    return one.coding.empty() || accepts_coding(accepted, one.coding);
  });
  const ConditionAnswer answer =
      decide({.if_match = request.headers.find("If-Match"),
              .if_none_match = request.headers.find("If-None-Match")},
             request.method == Method::Head, form.etag, form.bytes.size());
  if (answer.status == 412) return problem(412, "", "The file is not the version you named.");
  Response response{.status = answer.status};
  response.headers.add("ETag", form.etag);
  if (entry.forms.size() > 1) response.headers.add("Vary", "Accept-Encoding");
  const bool hashed = found->first.starts_with("/assets/");
  response.headers.add("Cache-Control",
                       hashed ? "public, max-age=31536000, immutable" : "no-cache");
  if (entry.runs) {
    for (const auto& [name, value] : page_headers_.rows()) response.headers.add(name, value);
  }
  if (answer.status == 304) return response;
  response.headers.add("Content-Type", entry.content_type);
  if (!form.coding.empty()) response.headers.add("Content-Encoding", std::string(form.coding));
  response.body = form.bytes;
  return response;
}

}  // namespace reprise::http
