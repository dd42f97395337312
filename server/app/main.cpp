// reprise: the server. See `reprise --help`.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "app/about_routes.hpp"
#include "app/backup_commands.hpp"
#include "app/control.hpp"
#include "app/database_commands.hpp"
#include "app/doctor.hpp"
#include "app/doctor_chat.hpp"
#include "app/doctor_gcs.hpp"
#include "app/doctor_installation.hpp"
#include "app/health.hpp"
#include "app/object_commands.hpp"
#include "app/reload.hpp"
#include "app/serve.hpp"
#include "app/settings.hpp"
#include "app/stop_signals.hpp"
#include "app/verify_export.hpp"
#include "base/clock.hpp"
#include "platform/http/assets.hpp"

namespace {

using reprise::Config;
using reprise::Setting;
using reprise::app::kBadConfiguration;
using Words = std::vector<std::string>;
using Settings = const std::vector<Setting>& (*)();

/// A subcommand. `run` gets what stands behind its words.
struct Command {
  std::string_view words;      ///< `doctor gcs`
  std::string_view arguments;  ///< as --help shows them
  std::string_view help;       ///< lines, the first one in the list of all commands
  Settings settings = nullptr;
  int (*run)(Words flags) = nullptr;
};

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

constexpr const char* kAboutSettings =
    "A setting is a flag, an environment variable, or a line `name = value` in the file that\n"
    "--config-file names; the first of these counts. Secrets are never flags: they come from the\n"
    "variable, or from the file that <variable>_FILE names.\n\n";

int refuse(const std::string& sentence) {
  fmt::print(stderr, "reprise: {}\n", sentence);
  return kBadConfiguration;
}

reprise::ConfigSources sources_of(Words flags) {
  return {.arguments = std::move(flags),
          .environment = reprise::process_environment(),
          .read_file = reprise::read_small_file,
          .read_secret_file = reprise::read_secret_file};
}

/// The settings of a command that has its own; the other variables are for the server.
reprise::Result<Config> own_settings(const std::vector<Setting>& settings, Words flags) {
  reprise::ConfigSources sources = sources_of(std::move(flags));
  std::erase_if(sources.environment, [&](const auto& variable) {
    return std::ranges::none_of(settings, [&](const Setting& setting) {
      const std::string name = variable_of(setting.name);
      return variable.first == name || variable.first == name + "_FILE";
    });
  });
  return Config::load(settings, sources);
}

/// Runs `work` with the settings of `reprise serve`.
template <class Work>
int with_server_settings(Words flags, Work work) {
  const auto config = Config::load(reprise::app::settings(), sources_of(std::move(flags)));
  if (!config) return refuse(config.error().client_message);
  return work(*config);
}

/// The same, and with what they mean.
template <class Work>
int with_options(const std::vector<Setting>& settings, Words flags, Work work) {
  const auto config = Config::load(settings, sources_of(std::move(flags)));
  if (!config) return refuse(config.error().client_message);
  const auto options = reprise::app::serve_options(*config, reprise::process_environment());
  if (!options) return refuse(options.error().client_message);
  return work(*config, *options);
}

template <Settings settings, int (*run)(const Config&, std::FILE*)>
int own_command(Words flags) {
  const auto config = own_settings(settings(), std::move(flags));
  if (!config) return refuse(config.error().client_message);
  return run(*config, stdout);
}

int serve(Words flags) {
  return with_options(reprise::app::settings(), std::move(flags),
                      [](const Config&, const reprise::app::ServeOptions& options) {
                        return reprise::app::serve(options, reprise::http::web_assets());
                      });
}

int print_config(Words flags) {
  return with_options(reprise::app::settings(), std::move(flags),
                      [](const Config& config, const reprise::app::ServeOptions& options) {
                        for (const Config::Effective& one : config.effective()) {
                          fmt::print("{} = {}  # {}\n", one.name, one.value, one.origin);
                        }
                        for (const reprise::auth::IssuerEntry& one : options.login.issuers) {
                          fmt::print("client-secret of {} = (set)  # file {}\n", one.oidc.id,
                                     one.secret_file);
                        }
                        return 0;
                      });
}

/// Sends a command to the server of the data directory. `own`: a switch that belongs to it.
int ask_server(std::string command, std::string_view own, Words flags) {
  const auto given = std::ranges::find(flags, own);
  if (!own.empty() && given != flags.end()) {
    flags.erase(given);
    command.append(" ").append(own);
  }
  return with_server_settings(std::move(flags), [&command](const Config& config) {
    const auto answer = reprise::app::ask_server(config.text("data-dir"), command);
    if (!answer) {
      fmt::print(stderr, "reprise: {}\n", answer.error().client_message);
      return 1;
    }
    fmt::print("{}", *answer);
    return 0;
  });
}

int reconcile(Words flags) { return ask_server("reconcile", "--accept", std::move(flags)); }
int quarantine(Words flags) { return ask_server("quarantine", "--take-back", std::move(flags)); }
int jobs(Words flags) { return ask_server("jobs", "--retry", std::move(flags)); }
/// `--known PLACE` or `--known=PLACE`, wherever it stands among the settings.
int verify_audit(Words flags) {
  constexpr std::string_view kKnown = "--known";
  const auto is_known = [&](const std::string& flag) {
    return flag == kKnown || flag.starts_with(std::string(kKnown) + "=");
  };
  std::string command = "audit verify";
  if (const auto given = std::ranges::find_if(flags, is_known); given != flags.end()) {
    const bool apart = *given == kKnown;
    if (apart && given + 1 == flags.end()) return refuse("--known needs a place: NUMBER:HASH.");
    command += " " + (apart ? *(given + 1) : given->substr(kKnown.size() + 1));
    flags.erase(given, given + (apart ? 2 : 1));
  }
  return ask_server(std::move(command), "", std::move(flags));
}

int reload(Words flags) {
  return with_options(reprise::app::settings(), std::move(flags),
                      [](const Config& config, const reprise::app::ServeOptions&) {
                        return reprise::app::reload(config, stdout);
                      });
}

/// Of the server that runs with these settings, or of a URL.
int health(Words flags) {
  if (!flags.empty() && flags.front().starts_with("http://")) {
    return reprise::app::ask_health(flags.front(), stdout);
  }
  return with_server_settings(std::move(flags), [](const Config& config) {
    const auto url = reprise::app::health_url(config.address("ops-listen"));
    return reprise::app::ask_health(url, stdout);
  });
}

int back_up(const Config& config, std::FILE* out) {
  return reprise::app::back_up(config, reprise::now_utc_ns, out);
}
int doctor_gcs(const Config& config, std::FILE* out) {
  return reprise::app::doctor_gcs(config, reprise::process_environment(), out);
}
int copy_objects(const Config& config, std::FILE* out) {
  return reprise::app::copy_objects(config, reprise::process_environment(), out);
}

int doctor(Words flags) {
  return with_options(reprise::app::doctor_settings(), std::move(flags),
                      [](const Config& config, const reprise::app::ServeOptions& options) {
                        return reprise::app::doctor(options, reprise::process_environment(),
                                                    config.text("url"), stdout);
                      });
}
template <int (*examine)(const reprise::app::ServeOptions&, std::FILE*)>
int doctor_of(Words flags) {
  return with_options(reprise::app::settings(), std::move(flags),
                      [](const Config&, const reprise::app::ServeOptions& options) {
                        return examine(options, stdout);
                      });
}

int verify_export(Words words) {
  if (words.size() != 1) return refuse("name one file: reprise verify export FILE");
  return reprise::app::verify_export(words.front(), stdout);
}

const std::array kCommands{
    Command{"serve", "[settings]", "run the server until SIGTERM", reprise::app::settings, serve},
    Command{"config", "[settings]", "print the effective settings and where each came from",
            reprise::app::settings, print_config},
    Command{"reload", "[settings]",
            "have the running server take a new log-level, and say which changed settings\n"
            "need a restart",
            reprise::app::settings, reload},
    Command{"health", "[URL] [settings]",
            "0 when the server beside it takes requests (or URL answers 200)",
            reprise::app::settings, health},
    Command{"doctor", "[settings]",
            "look at everything: rights, disk, open files, clock, database, bucket,\nissuers, "
            "Gemini, the services for typed messages, proxy and TLS",
            reprise::app::doctor_settings, doctor},
    Command{"doctor gemini", "[settings]", "try key, address and model, and say what works",
            reprise::app::settings, doctor_of<reprise::app::doctor_gemini>},
    Command{"doctor chat", "[settings]", "try the services that answer what is typed",
            reprise::app::settings, doctor_of<reprise::app::doctor_chat>},
    Command{"doctor gcs", "--blob-store gs://BUCKET/PREFIX [--origin URL] [--fix]",
            "try a bucket of Google Cloud Storage, and say what works",
            reprise::app::doctor_gcs_settings,
            own_command<reprise::app::doctor_gcs_settings, doctor_gcs>},
    Command{"backup", "--to DIR [--data-dir DIR] [--keep-days N]",
            "save rows and recordings, encrypted, while the server runs",
            reprise::app::backup_settings, own_command<reprise::app::backup_settings, back_up>},
    Command{"restore", "--from DIR --data-dir NEW_DIR [--snapshot TIME]",
            "make an installation of a backup", reprise::app::restore_settings,
            own_command<reprise::app::restore_settings, reprise::app::restore>},
    Command{"verify backup", "--from DIR [--snapshot TIME]", "open everything that a backup holds",
            reprise::app::verify_backup_settings,
            own_command<reprise::app::verify_backup_settings, reprise::app::verify_backup>},
    Command{"verify export", "FILE", "compare the export of an account with its manifest", nullptr,
            verify_export},
    Command{"audit verify", "[--known NUMBER:HASH] [settings]",
            "have the running server follow the chain of the audit log;\n--known: it must contain "
            "what was printed earlier",
            reprise::app::settings, verify_audit},
    Command{"jobs", "[--retry] [settings]",
            "list the work that nodes do, or try again later, or gave up;\n--retry: try all of it "
            "again now",
            reprise::app::settings, jobs},
    Command{"reconcile", "[--accept] [settings]",
            "have the running server compare its database and its objects;\n--accept: go on even "
            "when most differ",
            reprise::app::settings, reconcile},
    Command{"quarantine", "[--take-back] [settings]",
            "list the objects that the running server put aside, or have them taken back",
            reprise::app::settings, quarantine},
    Command{"db copy", "--from DATA_DIR --to URL",
            "move an installation to PostgreSQL, and compare both", reprise::app::copy_settings,
            own_command<reprise::app::copy_settings, reprise::app::copy_database>},
    Command{"objects copy", "--from DATA_DIR --blob-store gs://BUCKET/PREFIX",
            "copy recordings into a bucket, and compare both", reprise::app::copy_objects_settings,
            own_command<reprise::app::copy_objects_settings, copy_objects>},
};

void print_command(const Command& command) {
  fmt::print("  reprise {} {}\n", command.words, command.arguments);
  std::string_view lines = command.help;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    fmt::print("      {}\n", lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

void print_help() {
  fmt::print("reprise {}: chats, live sessions and their recordings\n\n", reprise::app::kVersion);
  for (const Command& command : kCommands) print_command(command);
  fmt::print("  reprise --version | --help | COMMAND --help\n\n{}", kAboutSettings);
  print_settings(reprise::app::settings());
}

int print_help_of(const Command& command) {
  print_command(command);
  if (command.settings == nullptr) return 0;
  fmt::print("\n{}", kAboutSettings);
  print_settings(command.settings());
  return 0;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

/// The command that most of the first words name; null: none.
const Command* command_of(const Words& words) {
  const Command* best = nullptr;
  for (const Command& command : kCommands) {
    const auto own = words_of(command.words);
    if (own.size() > words.size() || !std::equal(own.begin(), own.end(), words.begin())) continue;
    if (best == nullptr || own.size() > words_of(best->words).size()) best = &command;
  }
  return best;
}

/// What can stand behind a first word that many commands share.
int refuse_unknown(const Words& words) {
  std::string known;
  for (const Command& command : kCommands) {
    if (words_of(command.words).front() != words.front()) continue;
    known += fmt::format("{}reprise {}", known.empty() ? "" : ", ", command.words);
  }
  if (known.empty()) {
    return refuse(fmt::format("unknown command '{}'; try --help", words.front()));
  }
  return refuse(fmt::format("there is: {}; try --help", known));
}

bool asks_for_help(const std::string& word) { return word == "--help" || word == "-h"; }

}  // namespace

int main(int count, char** arguments) {
  const Words words(arguments + 1, arguments + count);
  if (!words.empty() && words.front() == "serve") reprise::app::catch_stop_signals();
  if (words.empty() || words.front() == "help" || asks_for_help(words.front())) {
    print_help();
    return 0;
  }
  if (words.front() == "--version" || words.front() == "version") {
    fmt::print("reprise {}\n", reprise::app::kVersion);
    return 0;
  }
  const Command* command = command_of(words);
  if (command == nullptr) return refuse_unknown(words);
  Words flags(words.begin() + static_cast<std::ptrdiff_t>(words_of(command->words).size()),
              words.end());
  if (std::ranges::any_of(flags, asks_for_help)) return print_help_of(*command);
  // `doctor hello` is no doctor with a strange setting.
  const bool other =
      command->words == "doctor" && !flags.empty() && !flags.front().starts_with('-');
  return other ? refuse_unknown(words) : command->run(std::move(flags));
}
