// Every setting: its name, what it may be, and the sentence of --help.

#include <algorithm>
#include <iterator>

#include "app/settings.hpp"

namespace reprise::app {
namespace {

using Kind = Setting::Kind;

constexpr const char* kInstruction =
    "You are a friendly companion in a live conversation. You hear the person and may see their "
    "camera. Answer in the person's language, in one or two short sentences, unless they ask for "
    "more.";

/// Settings for addresses and for places of data.
std::vector<Setting> places() {
  return {
      {.name = "listen",
       .kind = Kind::Address,
       .default_value = "localhost:8080",
       .help = "where the app is served"},
      {.name = "ops-listen",
       .kind = Kind::Address,
       .default_value = "localhost:9464",
       .help = "where /metrics, /healthz and /readyz are served"},
      {.name = "data-dir",
       .default_value = "data",
       .help = "database, recordings and views; one server at a time"},
      {.name = "database-url",
       .kind = Kind::Url,
       .help = "PostgreSQL instead of SQLite: postgres://USER@HOST/DATABASE"},
      {.name = "database-direct-url",
       .kind = Kind::Url,
       .help = "PostgreSQL without a pooler, so that nodes hear each other at once"},
      {.name = "database-connections",
       .kind = Kind::Integer,
       .default_value = "8",
       .help = "connections to PostgreSQL",
       .least = 2,
       .most = 100},
      {.name = "database-prepare",
       .kind = Kind::Switch,
       .default_value = "true",
       .help = "prepared statements; false behind a pooler in transaction mode"},
      {.name = "database-durable",
       .kind = Kind::Switch,
       .default_value = "true",
       .help = "refuse a PostgreSQL that acknowledges before it has written"},
      {.name = "blob-store", .help = "a bucket instead of the data directory: gs://BUCKET/PREFIX"},
      {.name = "view-cache-mb",
       .kind = Kind::Integer,
       .default_value = "1024",
       .help = "with a bucket: how much of its films is kept in the data directory",
       .least = 16,
       .most = 1'000'000},
      {.name = "media-from",
       .default_value = "server",
       .help = "server: films come through Reprise; bucket: browsers read them there, by signed "
               "links",
       .choices = {"server", "bucket"}},
      {.name = "gcs-token",
       .kind = Kind::Secret,
       .help = "an access token for the bucket, instead of a key file or the metadata server"},
  };
}

/// Settings for the model.
std::vector<Setting> model() {
  return {
      {.name = "gemini-url",
       .default_value = "http://localhost:8081",
       .help = "the Live API: the emulator, or https://generativelanguage.googleapis.com"},
      {.name = "gemini-key", .kind = Kind::Secret, .help = "key for gemini-url"},
      {.name = "model", .default_value = "gemini-3.8-live", .help = "model of live sessions"},
      {.name = "chat-model",
       .default_value = "gemini-3.8-flash",
       .help = "model of typed messages"},
      {.name = "chat-context",
       .kind = Kind::Integer,
       .default_value = "200000",
       .help = "tokens of earlier messages that a model gets; older ones are summarised",
       .least = 1'000,
       .most = 600'000},
      {.name = "live-context",
       .kind = Kind::Integer,
       .default_value = "8000",
       .help = "tokens of the newest messages that a live session is told first; 0: none",
       .most = 60'000},
      {.name = "openai-url",
       .help = "a further service for typed messages, which speaks like OpenAI: https://HOST/v1"},
      {.name = "openai-key", .kind = Kind::Secret, .help = "key for openai-url"},
      {.name = "openai-model", .help = "model of openai-url that a chat begins with"},
      {.name = "openai-name", .help = "what openai-url is called; its host without it"},
      {.name = "openai-takes",
       .default_value = "text,pictures",
       .help = "what openai-url understands: text, pictures, sound, video, documents"},
      {.name = "voice", .default_value = "Kore", .help = "voice of live sessions"},
      {.name = "instruction",
       .default_value = kInstruction,
       .help = "what the model is told first"},
  };
}

/// Settings for who may do what.
std::vector<Setting> people() {
  return {
      {.name = "hosts",
       .help = "further names under which the app may be asked for, separated by commas"},
      {.name = "oidc-file", .help = "a YAML file that says by which issuers people log in"},
      {.name = "sharing",
       .default_value = "off",
       .help = "what people may share: off: nothing; users: with people who log in here; links: "
               "also by links",
       .choices = {"off", "users", "links"}},
      {.name = "session-idle",
       .kind = Kind::Integer,
       .default_value = "43200",
       .help = "seconds without a request after which a login ends",
       .least = 5,
       .most = 31'622'400},
      {.name = "session-absolute",
       .kind = Kind::Integer,
       .default_value = "604800",
       .help = "seconds after which a login ends in any case",
       .least = 5,
       .most = 31'622'400},
      {.name = "trusted-proxies",
       .help = "addresses and ranges of proxies whose X-Forwarded-For counts, separated by commas"},
      {.name = "allow-public",
       .kind = Kind::Switch,
       .default_value = "false",
       .help = "listen on addresses that other machines reach, although there is no login"},
  };
}

/// Settings for what the server does.
std::vector<Setting> conduct() {
  return {
      {.name = "abandon-after",
       .kind = Kind::Integer,
       .default_value = "600",
       .help = "seconds without a chunk after which a recording counts as abandoned",
       .least = 1,
       .most = 86'400},
      {.name = "put-aside-after",
       .kind = Kind::Integer,
       .default_value = "3600",
       .help = "seconds from the start until objects that no row names are put into quarantine",
       .least = 0,
       .most = 604'800},
      {.name = "pack-after",
       .kind = Kind::Integer,
       .default_value = "60",
       .help = "with a bucket: seconds after a recording's end until its chunks go into packs",
       .least = 0,
       .most = 3'600},
      {.name = "retention-days",
       .kind = Kind::Integer,
       .default_value = "0",
       .help =
           "days after which a recording is erased, from when the last of it was stored; 0: never",
       .least = 0,
       .most = session::kKeepDaysMax},
      {.name = "retention-days-min",
       .kind = Kind::Integer,
       .default_value = "1",
       .help = "the fewest days that people may choose for a recording of theirs",
       .least = 1,
       .most = session::kKeepDaysMax},
      {.name = "retention-days-max",
       .kind = Kind::Integer,
       .default_value = std::to_string(session::kKeepDaysMax),
       .help = "the most days that people may choose for a recording of theirs",
       .least = 1,
       .most = session::kKeepDaysMax},
      {.name = "interaction-days",
       .kind = Kind::Integer,
       .default_value = "400",
       .help = "days that the interaction log keeps an event",
       .least = 1,
       .most = 36'500},
      {.name = "min-free-mb",
       .kind = Kind::Integer,
       .default_value = "512",
       .help = "new recordings are refused below this much free disk space, chunks below an eighth",
       .least = 0,
       .most = 1'000'000},
      {.name = "upload-max-mb",
       .kind = Kind::Integer,
       .default_value = "1024",
       .help = "the most megabytes of one file that a person attaches",
       .least = 1,
       .most = 100'000},
      {.name = "upload-quota-mb",
       .kind = Kind::Integer,
       .default_value = "20480",
       .help = "the most megabytes of all files that one person has attached",
       .least = 1,
       .most = 10'000'000},
      {.name = "threads",
       .kind = Kind::Integer,
       .default_value = "0",
       .help = "threads that serve connections; 0: one per processor",
       .least = 0,
       .most = 256},
  };
}

/// Settings for what the server tells of itself.
std::vector<Setting> telling() {
  return {
      {.name = "otlp-url",
       .help = "a collector of traces that takes OTLP over HTTP as JSON: http://HOST:4318"},
      {.name = "otlp-token",
       .kind = Kind::Secret,
       .help = "for otlp-url, sent as Authorization: Bearer"},
      {.name = "log-level",
       .default_value = "info",
       .help = "debug, info, warn or error",
       .choices = {"debug", "info", "warn", "error"}},
  };
}

}  // namespace

const std::vector<Setting>& settings() {
  static const std::vector<Setting> all = [] {
    std::vector<Setting> some = places();
    std::ranges::move(model(), std::back_inserter(some));
    std::ranges::move(people(), std::back_inserter(some));
    std::ranges::move(conduct(), std::back_inserter(some));
    std::ranges::move(telling(), std::back_inserter(some));
    return some;
  }();
  return all;
}

}  // namespace reprise::app
