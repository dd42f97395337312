#include "app/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "app/oidc_file.hpp"
#include "app/reload.hpp"
#include "base/json.hpp"
#include "platform/gemini/listed_models.hpp"
#include "platform/http/client.hpp"
#include "platform/http/loopback.hpp"

namespace reprise::app {
namespace {

constexpr const char* kEmulatorKey = "emulator-key";  // the only key that reprise-emulator accepts

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    std::string_view item = text.substr(0, comma);
    while (item.starts_with(' ')) item.remove_prefix(1);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (!item.empty()) items.emplace_back(item);
    text = comma == std::string_view::npos ? "" : text.substr(comma + 1);
  }
  return items;
}

std::string bracketed(const std::string& host) {
  return host.contains(':') ? "[" + host + "]" : host;
}

/// The origins of the model's service: for Google by https and wss; for the emulator or a proxy by
/// the schemes of its own address.
std::vector<std::string> origins_of(const http::Url& url) {
  const bool tls = url.tls;
  return {fmt::format("{}://{}", tls ? "https" : "http", url.authority),
          fmt::format("{}://{}", tls ? "wss" : "ws", url.authority)};
}

std::unexpected<Error> invalid(std::string sentence) {
  return fail(ErrorCode::Invalid, std::move(sentence));
}

Status check_public(const Config& config) {
  const HostPort address = config.address("listen");
  if (http::is_loopback(address.host) || config.is_on("allow-public")) return {};
  return invalid(fmt::format(
      "--listen {}: without --oidc-file this server has no login, so everyone who reaches {} could "
      "use "
      "it and see every recording. Listen on localhost, or say --allow-public if that is what you "
      "want.",
      bracketed(address.host), bracketed(address.host)));
}

Status check_public_ops(const Config& config) {
  const HostPort address = config.address("ops-listen");
  if (http::is_loopback(address.host) || config.is_on("allow-public")) return {};
  return invalid(fmt::format(
      "--ops-listen {}: nobody logs in there, so everyone who reaches {} could read the metrics. "
      "Listen on localhost, or say --allow-public if that is what you want.",
      bracketed(address.host), bracketed(address.host)));
}

/// How people log in, and under which names they then find us.
Status read_login(const Config& config, const Environment& environment, ServeOptions& options) {
  auto proxies = http::TrustedProxies::read(config.text("trusted-proxies"));
  if (!proxies) return invalid("--trusted-proxies: " + proxies.error().client_message);
  options.proxies = *std::move(proxies);
  if (config.has("oidc-file")) {
    auto login = load_oidc_file(config.text("oidc-file"), environment);
    if (!login) return std::unexpected(login.error());
    options.login = *std::move(login);
  }
  options.sharing = *enum_from_text<access::Sharing>(config.text("sharing"));
  if (options.sharing != access::Sharing::Off && options.login.issuers.empty()) {
    return invalid(fmt::format(
        "--sharing {}: without --oidc-file there is one user only, on this computer, and nobody "
        "else could open what is shared. Set up a login first, or say --sharing off.",
        config.text("sharing")));
  }
  options.login.limits = {.idle = std::chrono::seconds(config.integer("session-idle")),
                          .absolute = std::chrono::seconds(config.integer("session-absolute"))};
  for (const std::string& url : options.login.public_urls) {
    options.hosts.push_back(bracketed(http::parse_url(url)->host));
  }
  const bool passwords = std::ranges::any_of(
      options.login.issuers, [](const auth::IssuerEntry& one) { return one.static_passwords; });
  for (const std::string& host : split_list(config.text("hosts"))) {
    if (passwords && !is_own_name(host)) {
      return invalid(fmt::format(
          "--oidc-file: an issuer has static_passwords, and --hosts {} is a public name.", host));
    }
  }
  return {};
}

Status read_gemini(const Config& config, const Environment& environment, ServeOptions& options) {
  gemini::Service& service = options.gemini;
  service.base_url = config.text("gemini-url");
  while (service.base_url.ends_with('/')) service.base_url.pop_back();
  const auto url = http::parse_url(service.base_url);
  if (!url || url->target.contains('?')) {
    return invalid(fmt::format(
        "--gemini-url {}: must be http://HOST[:PORT] or https://HOST[:PORT].", service.base_url));
  }
  options.connect_origins = origins_of(*url);
  service.key = config.text("gemini-key");
  if (service.key.empty() && service.base_url == gemini::kGoogleUrl) {
    return invalid("REPRISE_GEMINI_KEY is not set, and Google does not answer without a key.");
  }
  if (service.key.empty()) service.key = kEmulatorKey;
  const auto rules = http::read_proxy_rules(environment);
  if (!rules) return std::unexpected(rules.error());
  if (url->tls) service.proxy = http::proxy_for(*rules, url->host, url->port);
  options.live = gemini::LiveSettings{.model = config.text("model"),
                                      .voice = config.text("voice"),
                                      .instruction = config.text("instruction")};
  if (options.live.model.empty() || options.live.voice.empty())
    return invalid("--model and --voice must not be empty.");
  options.chat_model = config.text("chat-model");
  if (!gemini::is_model_name(options.chat_model))
    return invalid("--chat-model must be the name of a model, such as gemini-3.8-flash.");
  return {};
}

/// A further service for typed messages.
Status read_openai(const Config& config, const Environment& environment, ServeOptions& options) {
  options.answers.context_tokens_max = static_cast<std::size_t>(config.integer("chat-context"));
  options.answers.live_tokens_max = static_cast<std::size_t>(config.integer("live-context"));
  openai::Service service{.base_url = config.text("openai-url"),
                          .key = config.text("openai-key"),
                          .name = config.text("openai-name"),
                          .model = config.text("openai-model"),
                          .takes = split_list(config.text("openai-takes"))};
  if (service.base_url.empty()) {
    if (service.key.empty() && service.model.empty()) return {};
    return invalid("--openai-url is not set, so a key or a model for it is of no use.");
  }
  while (service.base_url.ends_with('/')) service.base_url.pop_back();
  const auto url = http::parse_url(service.base_url);
  if (!url || url->target.contains('?')) {
    return invalid(fmt::format("--openai-url {}: must be https://HOST/v1, as its makers name it.",
                               service.base_url));
  }
  if (!openai::is_model_name(service.model)) {
    return invalid("--openai-model must name the model of --openai-url that a chat begins with.");
  }
  for (const std::string& kind : service.takes) {
    if (!answering::is_kind(kind)) {
      return invalid(fmt::format(
          "--openai-takes {}: must be some of text, pictures, sound, video, documents.", kind));
    }
  }
  if (service.name.empty()) service.name = url->host;
  const auto rules = http::read_proxy_rules(environment);
  if (!rules) return std::unexpected(rules.error());
  if (url->tls) service.proxy = http::proxy_for(*rules, url->host, url->port);
  options.openai = std::move(service);
  return {};
}

struct NamedUrl {
  std::string url;
  std::string_view setting;
};

/// Many platforms set `DATABASE_URL`; it is used when it names PostgreSQL, and then refused when it
/// is malformed. Any other is for another program.
NamedUrl database_url(const Config& config, const Environment& environment) {
  NamedUrl own{config.text("database-url"), "REPRISE_DATABASE_URL"};
  if (config.has("database-url")) return own;
  const auto common =
      std::ranges::find(environment, "DATABASE_URL", &Environment::value_type::first);
  const bool postgres = common != environment.end() && common->second.starts_with("postgres");
  return postgres ? NamedUrl{common->second, "DATABASE_URL"} : own;
}

Status read_database(const Config& config, const Environment& environment, ServeOptions& options) {
  const auto [url, setting] = database_url(config, environment);
  options.database_connections = static_cast<std::size_t>(config.integer("database-connections"));
  if (url.empty()) {
    return config.has("database-direct-url")
               ? invalid(
                     "REPRISE_DATABASE_DIRECT_URL is a second way to the database of "
                     "REPRISE_DATABASE_URL, and that is not set.")
               : Status();
  }
  auto target = database::read_target(url, setting);
  if (!target) return std::unexpected(target.error());
  target->prepare = config.is_on("database-prepare");
  target->durable = config.is_on("database-durable");
  options.database = *std::move(target);
  if (!config.has("database-direct-url")) return {};
  auto direct =
      database::read_target(config.text("database-direct-url"), "REPRISE_DATABASE_DIRECT_URL");
  if (!direct) return std::unexpected(direct.error());
  direct->durable = options.database->durable;
  options.database_direct = *std::move(direct);
  return {};
}

Status read_bucket(const Config& config, const Environment& environment, ServeOptions& options) {
  options.view_cache_bytes = static_cast<std::uint64_t>(config.integer("view-cache-mb")) << 20;
  const bool linked = config.text("media-from") == "bucket";
  if (!config.has("blob-store")) {
    return linked ? Status(invalid("--media-from bucket: films lie in the data directory. Name a "
                                   "bucket with --blob-store, or say --media-from server."))
                  : Status();
  }
  auto place = bucket_place(config, environment);
  if (!place) return std::unexpected(place.error());
  options.bucket = *std::move(place);
  if (!linked) return {};
  const auto* account = std::get_if<gcs::ServiceAccount>(&options.bucket->credentials);
  if (account == nullptr) {
    return invalid(
        "--media-from bucket: links are signed with the key of a service account. Name its file "
        "in GOOGLE_APPLICATION_CREDENTIALS, or say --media-from server.");
  }
  options.link_account = *account;
  // The page also asks the bucket itself for a first byte when a film fails.
  options.media_origins = {options.bucket->address.endpoint};
  return {};
}

Status read_traces(const Config& config, ServeOptions& options) {
  std::string url = config.text("otlp-url");
  if (url.empty()) {
    return config.has("otlp-token") ? invalid(
                                          "REPRISE_OTLP_TOKEN is for --otlp-url, and that is "
                                          "not set.")
                                    : Status();
  }
  while (url.ends_with('/')) url.pop_back();
  const auto parsed = http::parse_url(url);
  if (!parsed || parsed->target.contains('?')) {
    return invalid(fmt::format("--otlp-url {}: must be http://HOST:PORT or https://HOST.", url));
  }
  if (config.has("otlp-token") && !parsed->tls && !is_own_name(parsed->host)) {
    return invalid("--otlp-url: a token goes only over https, or to this machine.");
  }
  options.traces = TraceTarget{.url = url + "/v1/traces", .token = config.text("otlp-token")};
  return {};
}

}  // namespace

std::optional<log::Level> log_level_of(std::string_view name) {
  if (name == "debug") return log::Level::Debug;
  if (name == "info") return log::Level::Info;
  if (name == "warn") return log::Level::Warn;
  if (name == "error") return log::Level::Error;
  return std::nullopt;
}

Result<ServeOptions> serve_options(const Config& config, const Environment& environment) {
  ServeOptions options;
  options.listen = config.address("listen");
  options.ops_listen = config.address("ops-listen");
  if (auto status = check_public_ops(config); !status) return std::unexpected(status.error());
  options.data_dir = config.text("data-dir");
  if (options.data_dir.empty()) return invalid("--data-dir must not be empty.");
  if (auto status = read_database(config, environment, options); !status) {
    return std::unexpected(status.error());
  }
  if (auto status = read_bucket(config, environment, options); !status) {
    return std::unexpected(status.error());
  }
  if (auto status = read_gemini(config, environment, options); !status) {
    return std::unexpected(status.error());
  }
  if (auto status = read_openai(config, environment, options); !status) {
    return std::unexpected(status.error());
  }
  // Names are checked, so that a page of another site cannot reach this server under its own name
  // (DNS rebinding).
  options.hosts = {"localhost", "127.0.0.1", "[::1]", bracketed(options.listen.host)};
  for (std::string& host : split_list(config.text("hosts")))
    options.hosts.push_back(std::move(host));
  if (auto status = read_login(config, environment, options); !status) {
    return std::unexpected(status.error());
  }
  if (options.login.issuers.empty()) {
    if (auto status = check_public(config); !status) return std::unexpected(status.error());
  }
  if (auto status = read_traces(config, options); !status) return std::unexpected(status.error());
  options.abandon_after = std::chrono::seconds(config.integer("abandon-after"));
  options.pack_after = std::chrono::seconds(config.integer("pack-after"));
  options.put_aside_after = std::chrono::seconds(config.integer("put-aside-after"));
  options.retention = {.days = config.integer("retention-days"),
                       .days_min = config.integer("retention-days-min"),
                       .days_max = config.integer("retention-days-max")};
  if (options.retention.days_min > options.retention.days_max) {
    return fail(ErrorCode::Invalid, "retention-days-min is more than retention-days-max");
  }
  options.interaction_days = config.integer("interaction-days");
  options.uploads = {.bytes_max = config.integer("upload-max-mb") << 20,
                     .quota_bytes = config.integer("upload-quota-mb") << 20};
  options.min_free_bytes = static_cast<std::uint64_t>(config.integer("min-free-mb")) << 20;
  const std::int64_t threads = config.integer("threads");
  options.threads = threads > 0 ? static_cast<std::size_t>(threads)
                                : std::max(1U, std::thread::hardware_concurrency());
  options.log_level = log_level_of(config.text("log-level")).value_or(log::Level::Info);
  options.lines = settings_lines(config.effective());
  return options;
}

}  // namespace reprise::app
