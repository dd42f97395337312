#include "base/config.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace reprise {
namespace {

using Kind = Setting::Kind;

const std::vector<Setting>& settings() {
  static const std::vector<Setting> rows{
      {.name = "listen", .kind = Kind::Address, .default_value = "127.0.0.1:8080"},
      {.name = "ops-listen", .kind = Kind::Address},
      {.name = "data-dir", .default_value = "data"},
      {.name = "threads", .kind = Kind::Integer, .default_value = "2", .least = 1, .most = 64},
      {.name = "public", .kind = Kind::Switch},
      {.name = "log-level", .default_value = "info", .choices = {"debug", "info"}},
      {.name = "gemini-key", .kind = Kind::Secret},
      {.name = "database-url", .kind = Kind::Url},
  };
  return rows;
}

ConfigSources sources(std::vector<std::string> arguments,
                      std::vector<std::pair<std::string, std::string>> environment = {},
                      const std::string& file = "") {
  return {.arguments = std::move(arguments),
          .environment = std::move(environment),
          .read_file = [file](const std::string& path) -> Result<std::string> {
            if (path == "conf") return file;
            if (path == "key") return "from-a-file\r\n";
            if (path == "two-lines") return "key\r\nX-Other: 1\n";
            if (path == "nothing") return "\n";
            return fail(ErrorCode::NotFound, "cannot read " + path + ".");
          }};
}

std::string origin_of(const Config& config, std::string_view name) {
  for (const auto& row : config.effective()) {
    if (row.name == name) return row.value + " | " + row.origin;
  }
  return "(unknown)";
}

TEST(Config, FlagBeforeEnvironmentBeforeFileBeforeDefault) {
  const std::string file =
      "# comment\n\ndata-dir = from file # kept\nthreads=3\r\npublic = true\nlisten = [::1]:1\n";
  const auto config = Config::load(
      settings(),
      sources({"--config-file=conf", "--listen", "localhost:9"},
              {{"REPRISE_LISTEN", "h:2"}, {"REPRISE_THREADS", "4"}, {"PATH", "x"}}, file));
  ASSERT_TRUE(config) << config.error().client_message;
  EXPECT_EQ(config->address("listen"), (HostPort{"localhost", 9}));
  EXPECT_EQ(config->integer("threads"), 4);
  EXPECT_EQ(config->text("data-dir"), "from file # kept");
  EXPECT_TRUE(config->is_on("public"));
  EXPECT_FALSE(config->has("ops-listen"));
  EXPECT_EQ(origin_of(*config, "listen"), "localhost:9 | flag --listen");
  EXPECT_EQ(origin_of(*config, "threads"), "4 | environment REPRISE_THREADS");
  EXPECT_EQ(origin_of(*config, "data-dir"), "from file # kept | file conf:3");
  EXPECT_EQ(origin_of(*config, "log-level"), "info | default");
}

TEST(Config, SecretsComeFromTheEnvironmentAndAreHidden) {
  const auto direct = Config::load(settings(), sources({}, {{"REPRISE_GEMINI_KEY", "abc"}}));
  EXPECT_EQ(direct->text("gemini-key"), "abc");
  EXPECT_EQ(origin_of(*direct, "gemini-key"), "(set) | environment REPRISE_GEMINI_KEY");
  const auto by_file = Config::load(settings(), sources({}, {{"REPRISE_GEMINI_KEY_FILE", "key"}}));
  EXPECT_EQ(by_file->text("gemini-key"), "from-a-file");
  EXPECT_EQ(origin_of(*by_file, "gemini-key"), "(set) | environment REPRISE_GEMINI_KEY_FILE");
  EXPECT_EQ(origin_of(*Config::load(settings(), sources({})), "gemini-key"), " | default");
}

TEST(Config, AUrlIsASecretOnceItHoldsAPassword) {
  const auto flag = Config::load(settings(), sources({"--database-url=postgres://u@h/db?host=/x"}));
  ASSERT_TRUE(flag) << flag.error().client_message;
  EXPECT_EQ(origin_of(*flag, "database-url"), "postgres://u@h/db?host=/x | flag --database-url");
  const auto variable =
      Config::load(settings(), sources({}, {{"REPRISE_DATABASE_URL", "postgres://u:secret@h/db"}}));
  EXPECT_EQ(variable->text("database-url"), "postgres://u:secret@h/db");
  EXPECT_EQ(origin_of(*variable, "database-url"), "(set) | environment REPRISE_DATABASE_URL");
  const auto by_file =
      Config::load(settings(), sources({}, {{"REPRISE_DATABASE_URL_FILE", "key"}}));
  EXPECT_EQ(by_file->text("database-url"), "from-a-file");
  for (const char* holder :
       {"postgres://u:secret@h/db", "postgres://u:@h", "x://h/db?password=secret",
        "x://h?a=b&sslpassword=secret", "x://a:b@c@h/db"}) {
    EXPECT_TRUE(holds_password(holder)) << holder;
    const auto refused = Config::load(settings(), sources({"--database-url", holder}));
    ASSERT_FALSE(refused) << holder;
    EXPECT_EQ(refused.error().client_message,
              "--database-url holds a password: give it by the environment, process lists show "
              "flags.");
    EXPECT_FALSE(Config::load(
        settings(), sources({"--config-file=conf"}, {}, std::string("database-url=") + holder)));
  }
  for (const char* holder : {"", "postgres://u@h:5432/db", "postgres://[::1]:5/db", "u:secret@h",
                             "x://h/db?host=/a:b@c"}) {
    EXPECT_FALSE(holds_password(holder)) << holder;
  }
}

TEST(Config, WhatIsWrongIsNamedInOneSentence) {
  const struct {
    ConfigSources from;
    const char* want;
  } cases[] = {
      {sources({"--lisen", "x"}), "Unknown flag --lisen."},
      {sources({"serve"}), "Unexpected argument serve."},
      {sources({"-v"}), "Unexpected argument -v."},
      {sources({"--listen"}), "The flag --listen needs a value."},
      {sources({"--threads=1", "--threads=2"}), "The flag --threads is given twice."},
      {sources({"--threads=0"}),
       "threads (flag --threads) must be a whole number from 1 to 64, not \"0\"."},
      {sources({"--threads=1x"}),
       "threads (flag --threads) must be a whole number from 1 to 64, not \"1x\"."},
      {sources({"--public=yes"}), "public (flag --public) must be true or false, not \"yes\"."},
      {sources({"--listen=8080"}), "listen (flag --listen) must be HOST:PORT, not \"8080\"."},
      {sources({"--log-level=all"}),
       "log-level (flag --log-level) must be one of debug, info, not \"all\"."},
      {sources({"--gemini-key=x"}),
       "--gemini-key is a secret: give it by the environment, process lists show flags."},
      {sources({}, {{"REPRISE_LISEN", "x"}}), "Unknown variable REPRISE_LISEN."},
      {sources({}, {{"REPRISE_DATA_DIR_FILE", "key"}}), "Unknown variable REPRISE_DATA_DIR_FILE."},
      {sources({}, {{"REPRISE_GEMINI_KEY", ""}}),
       "gemini-key (environment REPRISE_GEMINI_KEY) must be set to something, or not at all."},
      {sources({}, {{"REPRISE_GEMINI_KEY_FILE", "two-lines"}}),
       "gemini-key (environment REPRISE_GEMINI_KEY_FILE) must be one line without blanks or "
       "control "
       "characters."},
      {sources({}, {{"REPRISE_GEMINI_KEY", "a b"}}),
       "gemini-key (environment REPRISE_GEMINI_KEY) must be one line without blanks or control "
       "characters."},
      {sources({}, {{"REPRISE_DATABASE_URL_FILE", "nothing"}}),
       "REPRISE_DATABASE_URL_FILE: nothing is empty."},
      {sources({}, {{"REPRISE_GEMINI_KEY_FILE", "nothing"}}),
       "REPRISE_GEMINI_KEY_FILE: nothing is empty."},
      {sources({}, {{"REPRISE_GEMINI_KEY_FILE", "gone"}}),
       "REPRISE_GEMINI_KEY_FILE: cannot read gone."},
      {sources({}, {{"REPRISE_GEMINI_KEY_FILE", "key"}, {"REPRISE_GEMINI_KEY", "x"}}),
       "gemini-key and its _FILE form exclude each other."},
      {sources({"--config-file=gone"}), "config-file: cannot read gone."},
      {sources({"--config-file=conf"}, {}, "x"), "conf:1: expected `key = value`."},
      {sources({"--config-file=conf"}, {}, "\nlisen = x"), "conf:2: unknown key lisen."},
      {sources({"--config-file=conf"}, {}, "config-file = x"), "conf:1: unknown key config-file."},
      {sources({"--config-file=conf"}, {}, "threads = 1\nthreads = 2"),
       "conf:2: threads is given twice."},
      {sources({"--config-file=conf"}, {}, "gemini-key = x"),
       "conf:1: gemini-key is a secret: give it by the environment."},
      {sources({"--config-file=conf", "--threads=2"}, {}, "threads = x"),
       "threads (file conf:1) must be a whole number from 1 to 64, not \"x\"."},
  };
  for (const auto& c : cases) {
    const auto config = Config::load(settings(), c.from);
    ASSERT_FALSE(config) << c.want;
    EXPECT_EQ(config.error().client_message, c.want);
  }
}

TEST(ParseHostPort, TakesNamesAndAddresses) {
  EXPECT_EQ(parse_host_port("127.0.0.1:0"), (HostPort{"127.0.0.1", 0}));
  EXPECT_EQ(parse_host_port("[::1]:65535"), (HostPort{"::1", 65535}));
  for (const char* text :
       {"", ":", "h", "h:", ":1", "h:65536", "h:-1", "h:1x", "::1:1", "[]:1", "[h:1", "a b:1"}) {
    EXPECT_FALSE(parse_host_port(text)) << text;
  }
}

TEST(ConfigDeathTest, AskingForWhatWasNotDeclaredIsABug) {
  const auto config = Config::load(settings(), sources({}));
  EXPECT_DEATH(config->text("lisen"), "held != nullptr");
  EXPECT_DEATH(config->text("threads"), "Kind::Text");
  EXPECT_DEATH(config->address("ops-listen"), "has_value");
}

TEST(ReadSmallFile, HasALimit) {
  const std::string path = testing::TempDir() + "reprise_small_file_" + std::to_string(::getpid());
  std::ofstream(path) << std::string(64 * 1024, 'x');
  EXPECT_EQ(read_small_file(path)->size(), 64u * 1024);
  std::ofstream(path, std::ios::app) << 'x';
  EXPECT_EQ(read_small_file(path).error().code, ErrorCode::TooLarge);
  std::remove(path.c_str());
  EXPECT_EQ(read_small_file(path).error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace reprise
