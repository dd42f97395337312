// reprise: the server. See `reprise --help`.

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "app/about_routes.hpp"
#include "app/control.hpp"
#include "app/database_commands.hpp"
#include "app/doctor.hpp"
#include "app/doctor_chat.hpp"
#include "app/doctor_gcs.hpp"
#include "app/health.hpp"
#include "app/object_commands.hpp"
#include "app/serve.hpp"
#include "app/settings.hpp"
#include "app/stop_signals.hpp"
#include "app/verify_export.hpp"
#include "platform/http/assets.hpp"

namespace {

using reprise::Config;
using reprise::Setting;
using reprise::app::kBadConfiguration;

std::string variable_of(const std::string& setting) {
  std::string name = "REPRISE_";
  for (const char c : setting) name += c == '-' ? '_' : static_cast<char>(std::toupper(c));
  return name;
}

void print_settings(const std::vector<Setting>& settings) {
  for (const Setting& setting : settings) {
    const bool secret = setting.kind == Setting::Kind::Secret;
    const std::string name = secret ? variable_of(setting.name) : "--" + setting.name;
    const bool shown = !setting.default_value.empty() && setting.default_value.size() < 60;
    fmt::print("  {:<20} {}{}\n", name, setting.help,
               shown ? fmt::format(" ({})", setting.default_value) : "");
  }
}

void print_help() {
  fmt::print(
      "reprise {}: chats, live sessions and their recordings\n\n"
      "  reprise serve [settings]    run the server until SIGTERM\n"
      "  reprise config [settings]   print the effective settings and where each came from\n"
      "  reprise health [URL] [settings]\n"
      "                              0 when the server beside it takes requests (or URL answers "
      "200)\n"
      "  reprise doctor gemini [settings]\n"
      "                              try key, address and model, and say what works\n"
      "  reprise doctor chat [settings]\n"
      "                              try the services that answer what is typed\n"
      "  reprise doctor gcs --blob-store gs://BUCKET/PREFIX [--origin URL] [--fix]\n"
      "                              try a bucket of Google Cloud Storage, and say what works\n"
      "  reprise reconcile [--accept] [settings]\n"
      "                              have the running server compare its database and its "
      "objects;\n"
      "                              --accept: go on even when most differ\n"
      "  reprise quarantine [--take-back] [settings]\n"
      "                              list the objects that the running server put aside, or have\n"
      "                              them taken back\n"
      "  reprise jobs [--retry] [settings]\n"
      "                              list the work that nodes do, or try again later, or gave up;\n"
      "                              --retry: try all of it again now\n"
      "  reprise audit verify [--known NUMBER:HASH] [settings]\n"
      "                              have the running server follow the chain of the audit log;\n"
      "                              --known: it must contain what was printed earlier\n"
      "  reprise verify export FILE  compare the export of an account with its manifest\n"
      "  reprise db copy --from DATA_DIR --to URL\n"
      "                              move an installation to PostgreSQL, and compare both\n"
      "  reprise objects copy --from DATA_DIR --blob-store gs://BUCKET/PREFIX\n"
      "                              copy recordings into a bucket, and compare both\n"
      "  reprise --version | --help\n\n"
      "A setting is a flag, an environment variable, or a line `name = value` in the file that\n"
      "--config-file names; the first of these counts. Secrets are never flags: they come from "
      "the\n"
      "variable, or from the file that <variable>_FILE names.\n\n",
      reprise::app::kVersion);
  print_settings(reprise::app::settings());
}

int print_config(const Config& config, const reprise::app::ServeOptions& options) {
  for (const Config::Effective& one : config.effective()) {
    fmt::print("{} = {}  # {}\n", one.name, one.value, one.origin);
  }
  for (const reprise::auth::IssuerEntry& one : options.login.issuers) {
    fmt::print("client-secret of {} = (set)  # file {}\n", one.oidc.id, one.secret_file);
  }
  return 0;
}

/// Sends a command, with the switch that belongs to it, to the server of the data directory.
int command_server(const std::string& command, const Config& config) {
  const auto answer = reprise::app::ask_server(config.text("data-dir"), command);
  if (!answer) {
    fmt::print(stderr, "reprise: {}\n", answer.error().client_message);
    return 1;
  }
  fmt::print("{}", *answer);
  return 0;
}

int refuse(const std::string& sentence) {
  fmt::print(stderr, "reprise: {}\n", sentence);
  return kBadConfiguration;
}

reprise::ConfigSources sources_of(std::vector<std::string> arguments) {
  return {.arguments = std::move(arguments),
          .environment = reprise::process_environment(),
          .read_file = reprise::read_small_file,
          .read_secret_file = reprise::read_secret_file};
}

/// The settings of a command that has its own; the other variables are for the server.
reprise::Result<Config> own_settings(const std::vector<Setting>& settings,
                                     std::vector<std::string> flags) {
  reprise::ConfigSources sources = sources_of(std::move(flags));
  std::erase_if(sources.environment, [&](const auto& variable) {
    return std::ranges::none_of(settings, [&](const Setting& setting) {
      const std::string name = variable_of(setting.name);
      return variable.first == name || variable.first == name + "_FILE";
    });
  });
  return Config::load(settings, sources);
}

int database_command(std::vector<std::string> words) {
  if (words.empty() || words.front() != "copy") {
    return refuse("the database knows one command: reprise db copy --from DATA_DIR --to URL");
  }
  words.erase(words.begin());
  const auto config = own_settings(reprise::app::copy_settings(), std::move(words));
  if (!config) return refuse(config.error().client_message);
  return reprise::app::copy_database(*config, stdout);
}

int objects_command(std::vector<std::string> words) {
  if (words.empty() || words.front() != "copy") {
    return refuse(
        "objects know one command: reprise objects copy --from DATA_DIR --blob-store gs://…");
  }
  words.erase(words.begin());
  const auto config = own_settings(reprise::app::copy_objects_settings(), std::move(words));
  if (!config) return refuse(config.error().client_message);
  return reprise::app::copy_objects(*config, reprise::process_environment(), stdout);
}

/// `reprise audit verify`, for the server of the data directory.
int audit_command(std::vector<std::string> words) {
  if (words.empty() || words.front() != "verify") {
    return refuse("the audit log knows one command: reprise audit verify [--known NUMBER:HASH]");
  }
  words.erase(words.begin());
  std::string command = "audit verify";
  if (words.size() > 1 && words.front() == "--known") {
    command += " " + words[1];
    words.erase(words.begin(), words.begin() + 2);
  }
  const auto config = Config::load(reprise::app::settings(), sources_of(std::move(words)));
  if (!config) return refuse(config.error().client_message);
  return command_server(command, *config);
}

int verify_command(const std::vector<std::string>& words) {
  if (words.size() != 2 || words.front() != "export") {
    return refuse("one thing can be verified without a server: reprise verify export FILE");
  }
  return reprise::app::verify_export(words.back(), stdout);
}

/// `reprise health`: of the server that runs with these settings, or of a URL.
int health_command(std::vector<std::string> words) {
  if (!words.empty() && words.front().starts_with("http://")) {
    return reprise::app::ask_health(words.front(), stdout);
  }
  const auto config = Config::load(reprise::app::settings(), sources_of(std::move(words)));
  if (!config) return refuse(config.error().client_message);
  return reprise::app::ask_health(reprise::app::health_url(config->address("ops-listen")), stdout);
}

int bucket_command(std::vector<std::string> words) {
  if (!words.empty() && (words.front() == "--help" || words.front() == "-h")) {
    fmt::print("reprise doctor gcs: tries a bucket of Google Cloud Storage\n\n");
    print_settings(reprise::app::doctor_gcs_settings());
    return 0;
  }
  const auto config = own_settings(reprise::app::doctor_gcs_settings(), std::move(words));
  if (!config) return refuse(config.error().client_message);
  return reprise::app::doctor_gcs(*config, reprise::process_environment(), stdout);
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::string> words(arguments + 1, arguments + count);
  std::string command = words.empty() ? "--help" : words.front();
  if (command == "serve") reprise::app::catch_stop_signals();
  if (command == "--help" || command == "help" || command == "-h") {
    print_help();
    return 0;
  }
  if (command == "--version" || command == "version") {
    fmt::print("reprise {}\n", reprise::app::kVersion);
    return 0;
  }
  if (command == "db") return database_command({words.begin() + 1, words.end()});
  if (command == "audit") return audit_command({words.begin() + 1, words.end()});
  if (command == "verify") return verify_command({words.begin() + 1, words.end()});
  if (command == "health") return health_command({words.begin() + 1, words.end()});
  if (command == "objects") return objects_command({words.begin() + 1, words.end()});
  const bool doctor = command == "doctor";
  const bool for_server = command == "reconcile" || command == "quarantine" || command == "jobs";
  if (command != "serve" && command != "config" && !doctor && !for_server) {
    return refuse(fmt::format("unknown command '{}'; try --help", command));
  }
  if (words.size() > 1 && (words[1] == "--help" || words[1] == "-h")) {
    print_help();
    return 0;
  }
  if (doctor && words.size() > 1 && words[1] == "gcs") {
    return bucket_command({words.begin() + 2, words.end()});
  }
  const bool of_chat = doctor && words.size() > 1 && words[1] == "chat";
  if (doctor && !of_chat && (words.size() < 2 || words[1] != "gemini")) {
    return refuse(
        "the doctor knows three things: reprise doctor gemini, reprise doctor chat, reprise doctor "
        "gcs");
  }
  const std::string own = command == "reconcile"    ? "--accept"
                          : command == "quarantine" ? "--take-back"
                                                    : "--retry";
  if (for_server && words.size() > 1 && words[1] == own) {
    words.erase(words.begin() + 1);
    command += " " + own;
  }
  const auto config = Config::load(reprise::app::settings(),
                                   sources_of({words.begin() + (doctor ? 2 : 1), words.end()}));
  if (!config) return refuse(config.error().client_message);
  if (for_server) return command_server(command, *config);
  const auto options = reprise::app::serve_options(*config, reprise::process_environment());
  if (!options) return refuse(options.error().client_message);
  if (command == "config") return print_config(*config, *options);
  if (of_chat) return reprise::app::doctor_chat(*options, stdout);
  if (doctor) return reprise::app::doctor_gemini(*options, stdout);
  return reprise::app::serve(*options, reprise::http::web_assets());
}
