#include "app/database_commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "app/serve.hpp"
#include "base/log.hpp"
#include "platform/database/copy.hpp"
#include "platform/database/data_lock.hpp"
#include "platform/database/postgres.hpp"

namespace reprise::app {
namespace {

int refuse(int code, std::string sentence) {
  std::ranges::replace(sentence, '\n', ' ');
  fmt::print(stderr, "reprise: {}\n", sentence);
  return code;
}

void print_copied(const std::vector<database::CopiedTable>& tables,
                  const std::filesystem::path& data_dir, std::FILE* out) {
  for (const auto& table : tables) {
    fmt::print(out, "{:<24} {:>10} rows, {} added now\n", table.name, table.rows, table.added);
  }
  fmt::print(out,
             "Everything was compared and is the same. Serve it with REPRISE_DATABASE_URL and "
             "--data-dir {} from now on:\nthe recordings themselves stay there. reprise.db is not "
             "used any more; keep it as a backup.\n",
             data_dir.string());
}

}  // namespace

const std::vector<Setting>& copy_settings() {
  static const std::vector<Setting> all{
      {.name = "from", .default_value = "data", .help = "the data directory of a stopped server"},
      {.name = "to", .kind = Setting::Kind::Url, .help = "postgres://… of an empty database"},
      {.name = "database-url",
       .kind = Setting::Kind::Url,
       .help = "the same, where the URL holds a password"},
      {.name = "database-prepare",
       .kind = Setting::Kind::Switch,
       .default_value = "true",
       .help = "prepared statements; false behind a pooler in transaction mode"},
  };
  return all;
}

int copy_database(const Config& config, std::FILE* out) {
  log::set_level(log::Level::Error);  // what it does is said in words
  const std::filesystem::path data_dir = config.text("from");
  const std::filesystem::path file = data_dir / "reprise.db";
  const bool flag = config.has("to");
  const std::string to = flag ? "--to" : "REPRISE_DATABASE_URL";
  const std::string& url = config.text(flag ? "to" : "database-url");
  if (url.empty()) return refuse(kBadConfiguration, "--to (or REPRISE_DATABASE_URL) is missing");
  if (!std::filesystem::exists(file)) {
    return refuse(kBadConfiguration,
                  fmt::format("--from {}: there is no reprise.db", data_dir.string()));
  }
  auto target = database::read_target(url, to);
  if (!target) return refuse(kBadConfiguration, target.error().client_message);
  target->prepare = config.is_on("database-prepare");
  try {
    // Refuses while a server uses the directory.
    const database::DataLock lock(data_dir, database::DataLock::Use::Read);
    const auto tables = database::copy_to_postgres(
        file, *target, [out](const std::string& line) { fmt::print(out, "{}\n", line); });
    print_copied(tables, data_dir, out);
    return 0;
  } catch (const database::PostgresError& error) {
    return refuse(error.remedy() == database::Remedy::Operator ? kBadConfiguration : 1,
                  fmt::format("{}: {}", to, error.what()));
  } catch (const database::SourceRefused& refused) {
    return refuse(kBadConfiguration,
                  fmt::format("--from {}: {}", data_dir.string(), refused.what()));
  } catch (const std::exception& error) {
    return refuse(1, error.what());
  }
}

}  // namespace reprise::app
