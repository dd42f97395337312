#include "app/doctor_site.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "app/health.hpp"
#include "app/way_routes.hpp"
#include "base/clock.hpp"
#include "platform/http/certificate.hpp"
#include "platform/http/client.hpp"
#include "platform/http/client/streamed.hpp"
#include "platform/http/metrics.hpp"
#include "platform/http/text.hpp"
#include "platform/oidc/issuer.hpp"

namespace reprise::app {

namespace {

constexpr std::chrono::seconds kAskWithin{10};
constexpr std::int64_t kNsPerDay = 86'400'000'000'000;
constexpr std::int64_t kRenewDays = 14;  ///< Let's Encrypt renews 30 days before the end
constexpr std::string_view kAbout = "/api/about";
/// An address that nobody has (RFC 5737): what a client might say of itself.
constexpr const char* kForged = "192.0.2.77";

constexpr int kFine = 200;
constexpr const char* kWayRemedy = "Compare the proxy with deploy/nginx.";

using Answer = std::expected<http::ClientResponse, http::FetchError>;

http::ClientRequest request_for(std::string url, http::Headers headers) {
  http::ClientRequest request{.url = std::move(url),
                              .headers = std::move(headers),
                              .deadline = Deadline::after(kAskWithin)};
  // Browsers know these names by themselves (RFC 6761 6.3), the system mostly does not.
  if (const auto parsed = http::parse_url(request.url);
      parsed && parsed->host.ends_with(".localhost")) {
    request.pin = http::Pin{.host = "127.0.0.1", .port = parsed->port};
  }
  return request;
}

Task<Answer> ask(std::string url, http::Headers headers = {}) {
  co_return co_await http::fetch(request_for(std::move(url), std::move(headers)));
}

Finding reach_failed(const std::string& url, const http::FetchError& error) {
  using Fault = http::FetchFault;
  std::string remedy = "See that the proxy runs, and that the name leads to it.";
  if (error.fault == Fault::NameUnknown) remedy = "Give the name an address in the DNS.";
  if (error.fault == Fault::TlsTime) remedy = "Renew the certificate, or set this machine's clock.";
  if (error.fault == Fault::TlsTrust) {
    remedy = "The certificate must be for this name, with the whole chain of its authority.";
  }
  return {"reach", Verdict::Failed, fmt::format("{}: {}", url, error.detail), std::move(remedy)};
}

Finding judge_status(const http::ClientResponse& answer) {
  if (answer.status == 200 && answer.body.contains("\"Reprise\"")) {
    return {"reach", Verdict::Fine, "the server answers under this name"};
  }
  const bool host = answer.status == 400 || answer.status == 421;
  return {"reach", Verdict::Failed, fmt::format("the answer has status {}", answer.status),
          host ? "The server does not know the name: pass it on (nginx: proxy_set_header Host "
                 "$http_host;), and name it in --hosts or as public_urls."
               : "Something else than Reprise answers: compare the proxy with deploy/nginx."};
}

Task<Finding> examine_certificate(std::string url) {
  const auto end = co_await http::certificate_end(std::move(url), Deadline::after(kAskWithin));
  if (!end) co_return Finding{"tls", Verdict::Failed, end.error().detail, "Mend the certificate."};
  const std::int64_t days = (*end - now_utc_ns()) / kNsPerDay;
  const std::string words =
      fmt::format("trusted, valid until {}, for {} days", rfc3339(*end), days);
  if (days >= kRenewDays) co_return Finding{"tls", Verdict::Fine, words};
  co_return Finding{"tls", Verdict::Warning, words,
                    "Renew it, see that this happens by itself, and reload the proxy."};
}

/// Whether requests in the clear are turned away.
Task<Finding> examine_clear(std::string url) {
  url.replace(0, std::string_view("https").size(), "http");
  const auto answer = co_await ask(url + std::string(kAbout));
  if (!answer) co_return Finding{"clear", Verdict::Fine, "nothing answers without TLS"};
  const bool turned_away =
      answer->status == 403 || (answer->status >= 301 && answer->status <= 308);
  if (turned_away) {
    co_return Finding{"clear", Verdict::Fine,
                      fmt::format("requests without TLS get {}", answer->status)};
  }
  co_return Finding{"clear", Verdict::Failed,
                    fmt::format("requests without TLS get {}", answer->status),
                    "Answer 403 on /api and redirect the rest, as deploy/nginx does."};
}

/// How many requests have come with the word of a proxy that is not believed.
Task<std::optional<std::int64_t>> unheard(std::string metrics_url) {
  const auto answer = co_await ask(std::move(metrics_url));
  if (!answer || answer->status != 200) co_return std::nullopt;
  co_return metric_in(answer->body, http::kForwardedUnheard);
}

/// Whether the server believes this proxy's word about who asks, and only that.
Task<Finding> examine_forwarding(std::string url, std::string metrics_url) {
  const auto before = co_await unheard(metrics_url);
  http::Headers forged;
  forged.add("X-Forwarded-For", kForged);
  const auto answer = co_await ask(url + std::string(kAbout), std::move(forged));
  const auto after = co_await unheard(std::move(metrics_url));
  if (!before || !after || !answer) {
    co_return Finding{"address", Verdict::Warning,
                      "the server's metrics do not answer, so this was not looked at",
                      "Run the doctor beside the server, with its settings."};
  }
  if (*after == *before) {
    co_return Finding{
        "address", Verdict::Fine,
        "limits and logs tell people apart: the proxy's word counts, theirs does not"};
  }
  // Our server names no program; a proxy mostly does.
  const bool proxy = answer->headers.find("Server") || answer->headers.find("Via");
  co_return Finding{
      "address", proxy ? Verdict::Failed : Verdict::Warning,
      proxy ? "the server does not believe the proxy's X-Forwarded-For, so everybody has the "
              "proxy's address, and shares its limits"
            : "no X-Forwarded-For is believed; that is right where no proxy stands in between",
      "Name the proxy's address or network in --trusted-proxies."};
}

/// Numbers about everybody are for the operator only.
Task<Finding> examine_metrics(std::string url) {
  const auto answer = co_await ask(std::move(url) + "/metrics");
  if (answer && answer->body.contains("reprise_http_requests_total")) {
    co_return Finding{"metrics", Verdict::Failed, "/metrics is public",
                      "Do not pass it on: the ops listener is for the machine itself."};
  }
  co_return Finding{"metrics", Verdict::Fine, "/metrics is not public"};
}

/// Whether events come one by one, as answers and live words need it.
Task<Finding> examine_events(std::string url) {
  const auto opened =
      co_await http::open_stream(request_for(std::move(url) + std::string(kWayEvents), {}));
  Heard heard;
  if (!opened) heard.broken = opened.error().detail;
  if (opened) heard.status = (*opened)->status();
  const auto began = std::chrono::steady_clock::now();
  for (bool more = opened && heard.status == kFine; more;) {
    const auto piece = co_await (*opened)->next(Deadline::after(kAskWithin));
    if (!piece) heard.broken = piece.error().detail;
    more = piece && !piece->empty();
    if (!more) break;
    const auto now = std::chrono::steady_clock::now() - began;
    heard.last = std::chrono::duration_cast<std::chrono::milliseconds>(now);
    if (!heard.first) heard.first = heard.last;
    heard.text += *piece;
  }
  co_return judge_events(heard);
}

/// Whether a part of a film can be had, without which nobody can seek in it.
Task<Finding> examine_ranges(std::string url) {
  constexpr std::size_t kFirst = 100;
  constexpr std::size_t kLast = 199;
  http::Headers headers;
  headers.add("Range", fmt::format("bytes={}-{}", kFirst, kLast));
  const auto answer = co_await ask(std::move(url) + std::string(kWayBytes), std::move(headers));
  if (!answer) co_return Finding{"ranges", Verdict::Failed, answer.error().detail, kWayRemedy};
  const std::string wanted = way_bytes().substr(kFirst, kLast - kFirst + 1);
  constexpr int kPart = 206;
  if (answer->status == kPart && answer->body == wanted) {
    co_return Finding{"ranges", Verdict::Fine, "parts of films arrive as they were asked for"};
  }
  co_return Finding{
      "ranges", Verdict::Failed,
      fmt::format("a part of {} bytes was asked for; {} bytes came, with status {}", wanted.size(),
                  answer->body.size(), answer->status),
      "Pass Range and If-Range on, and let the proxy neither cache nor compress /api."};
}

}  // namespace

Finding judge_events(const Heard& heard) {
  if (!heard.broken.empty()) {
    return {"events", Verdict::Failed, "a stream of events breaks: " + heard.broken, kWayRemedy};
  }
  if (heard.status != kFine || !heard.text.contains("second")) {
    return {"events", Verdict::Failed,
            fmt::format("a stream of events came with status {} and {} bytes", heard.status,
                        heard.text.size()),
            kWayRemedy};
  }
  // The server sends the second event kWayPause after the first.
  if (heard.last - heard.first.value_or(heard.last) >= kWayPause / 2) {
    return {"events", Verdict::Fine, "events arrive one by one"};
  }
  return {"events", Verdict::Failed,
          "events arrive all at once at the end: something on the way holds them back",
          "Switch buffering off for /api (nginx: proxy_buffering off; Caddy: flush_interval -1), "
          "and do not compress text/event-stream."};
}

std::int64_t metric_in(std::string_view exposition, std::string_view name) {
  std::size_t at = 0;
  while ((at = exposition.find(name, at)) != std::string_view::npos) {
    const bool begins = at == 0 || exposition[at - 1] == '\n';
    at += name.size();
    if (!begins || at >= exposition.size() || exposition[at] != ' ') continue;
    double value = 0;
    const std::string_view rest = exposition.substr(at + 1);
    std::from_chars(rest.data(), rest.data() + rest.size(), value);
    return static_cast<std::int64_t>(value);
  }
  return 0;
}

std::vector<Finding> judge_headers(bool tls, const http::Headers& headers) {
  std::vector<Finding> findings;
  std::vector<std::string_view> wanted{"Content-Security-Policy", "X-Content-Type-Options",
                                       "Referrer-Policy", "X-Request-Id"};
  if (tls) wanted.emplace_back("Strict-Transport-Security");
  std::vector<std::string_view> absent;
  std::vector<std::string_view> twice;
  for (const std::string_view name : wanted) {
    const auto is_it = [name](const auto& row) { return http::same_token(row.first, name); };
    const auto count = std::ranges::count_if(headers.rows(), is_it);
    if (count == 0) absent.push_back(name);
    if (count > 1) twice.push_back(name);
  }
  if (absent.empty() && twice.empty()) {
    return {{"headers", Verdict::Fine, "the server's security headers arrive as they were sent"}};
  }
  if (!absent.empty()) {
    findings.push_back({"headers", Verdict::Failed,
                        fmt::format("these do not arrive: {}", fmt::join(absent, ", ")),
                        "Let the proxy pass the server's headers on. HSTS is sent when all "
                        "public_urls are https."});
  }
  if (!twice.empty()) {
    findings.push_back({"headers", Verdict::Warning,
                        fmt::format("these arrive twice: {}", fmt::join(twice, ", ")),
                        "Do not add them in the proxy, too."});
  }
  return findings;
}

Task<std::vector<Finding>> examine_issuers(const ServeOptions& options) {
  std::vector<Finding> findings;
  if (options.login.issuers.empty()) {
    findings.push_back(
        {"login", Verdict::Fine, "none: whoever reaches the server is its one user"});
    co_return findings;
  }
  for (const auth::IssuerEntry& one : options.login.issuers) {
    oidc::Issuer issuer(one.oidc, http::fetch);
    const auto metadata = co_await issuer.discover();
    if (!metadata) {
      findings.push_back({one.oidc.id, Verdict::Failed, metadata.error().detail,
                          fmt::format("{}/.well-known/openid-configuration must answer from here, "
                                      "and name exactly this issuer.",
                                      one.oidc.issuer)});
      continue;
    }
    std::vector<std::string> back;
    back.reserve(options.login.public_urls.size());
    for (const std::string& url : options.login.public_urls) {
      back.push_back(fmt::format("{}/api/auth/{}/callback", url, one.oidc.id));
    }
    findings.push_back({one.oidc.id, Verdict::Fine,
                        fmt::format("{} answers, and its keys can be used; it must know the "
                                    "redirect URI {}",
                                    one.oidc.issuer, fmt::join(back, ", "))});
  }
  co_return findings;
}

Task<std::vector<Finding>> examine_site(const ServeOptions& options, std::string url) {
  std::vector<Finding> findings;
  while (url.ends_with('/')) url.pop_back();
  const auto answer = co_await ask(url + std::string(kAbout));
  if (!answer) {
    findings.push_back(reach_failed(url, answer.error()));
    co_return findings;
  }
  findings.push_back(judge_status(*answer));
  const bool tls = url.starts_with("https://");
  if (tls) findings.push_back(co_await examine_certificate(url));
  if (tls) findings.push_back(co_await examine_clear(url));
  if (findings.front().verdict == Verdict::Failed) co_return findings;
  for (Finding& one : judge_headers(tls, answer->headers)) findings.push_back(std::move(one));
  std::string metrics = health_url(options.ops_listen);
  metrics.replace(metrics.rfind('/'), std::string::npos, "/metrics");
  findings.push_back(co_await examine_forwarding(url, std::move(metrics)));
  findings.push_back(co_await examine_events(url));
  findings.push_back(co_await examine_ranges(url));
  findings.push_back(co_await examine_metrics(std::move(url)));
  co_return findings;
}

}  // namespace reprise::app
