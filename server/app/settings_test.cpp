#include "app/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "platform/http/loopback.hpp"

namespace reprise::app {
namespace {

Result<ServeOptions> options_of(std::vector<std::string> arguments,
                                const Environment& environment = {}) {
  const auto config =
      Config::load(settings(), {.arguments = std::move(arguments), .environment = environment});
  if (!config) return std::unexpected(config.error());
  return serve_options(*config, environment);
}

std::string refusal(std::vector<std::string> arguments) {
  const auto options = options_of(std::move(arguments));
  return options ? "accepted" : options.error().client_message;
}

TEST(SettingsTest, WithoutAnySettingItIsTheEmbeddedMode) {
  const auto options = options_of({});
  ASSERT_TRUE(options.has_value());
  EXPECT_EQ(options->listen, (HostPort{"localhost", 8080}));
  EXPECT_EQ(options->ops_listen, (HostPort{"localhost", 9464}));
  EXPECT_EQ(options->gemini.base_url, "http://localhost:8081");
  EXPECT_EQ(options->gemini.key, "emulator-key");
  EXPECT_EQ(options->live.model, "gemini-3.8-live");
  EXPECT_THAT(options->connect_origins,
              testing::ElementsAre("http://localhost:8081", "ws://localhost:8081"));
  EXPECT_THAT(options->hosts, testing::IsSupersetOf({"localhost", "127.0.0.1", "[::1]"}));
}

TEST(SettingsTest, ListeningForOtherMachinesMustBeSaid) {
  EXPECT_THAT(refusal({"--listen", "0.0.0.0:8080"}), testing::HasSubstr("--allow-public"));
  EXPECT_THAT(refusal({"--ops-listen", "192.168.1.2:9464"}), testing::HasSubstr("--allow-public"));
  EXPECT_EQ(refusal({"--listen", "0.0.0.0:8080", "--allow-public"}), "accepted");
  EXPECT_EQ(refusal({"--listen", "[::1]:8080"}), "accepted");
  EXPECT_EQ(refusal({"--listen", "127.0.0.2:8080"}), "accepted");
}

/// A file with a login in a folder that goes afterwards.
class LoginSettingsTest : public testing::Test {
 protected:
  LoginSettingsTest() {
    write("secret.txt", "one of our own");
    std::filesystem::permissions(folder_ / "secret.txt", std::filesystem::perms::owner_read);
  }
  ~LoginSettingsTest() override { std::filesystem::remove_all(folder_); }
  void write(const char* name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }
  std::vector<std::string> with(const std::string& public_url, std::vector<std::string> more = {},
                                bool passwords = false) const {
    write("oidc.yaml",
          "public_url: " + public_url +
              "\nissuers: [{id: dex, issuer: https://login.example.test, client_id: a, "
              "client_secret_file: secret.txt, static_passwords: " +
              (passwords ? "true" : "false") + "}]\n");
    std::vector<std::string> arguments{"--oidc-file", (folder_ / "oidc.yaml").string()};
    std::ranges::copy(more, std::back_inserter(arguments));
    return arguments;
  }
  std::filesystem::path folder_ = [] {
    std::string name = (std::filesystem::temp_directory_path() / "reprise-oidc-XXXXXX").string();
    return std::filesystem::path(::mkdtemp(name.data()));
  }();
};

TEST_F(LoginSettingsTest, WithALoginTheServerMayListenForOthers) {
  const auto options =
      options_of(with("https://reprise.example.test", {"--listen", "0.0.0.0:8080"}));
  ASSERT_TRUE(options) << options.error().client_message;
  EXPECT_EQ(options->login.issuers.size(), 1U);
  EXPECT_THAT(options->hosts, testing::Contains("reprise.example.test"));
  EXPECT_EQ(options->login.limits.idle, std::chrono::hours(12));
  EXPECT_EQ(options->login.limits.absolute, std::chrono::hours(24 * 7));
  EXPECT_THAT(refusal(with("https://reprise.example.test", {"--ops-listen", "0.0.0.0:9464"})),
              testing::HasSubstr("--ops-listen"));
}

TEST_F(LoginSettingsTest, PasswordsInAFileAreNotForPublicNames) {
  EXPECT_EQ(refusal(with("http://app.localhost:8080", {"--hosts", "x.localhost"}, true)),
            "accepted");
  EXPECT_THAT(refusal(with("http://localhost:8080", {"--hosts", "reprise.example.test"}, true)),
              testing::HasSubstr("reprise.example.test is a public name"));
  EXPECT_THAT(refusal(with("https://reprise.example.test", {}, true)),
              testing::HasSubstr("static_passwords"));
}

TEST_F(LoginSettingsTest, ASecretThatEveryAccountReadsIsRefused) {
  std::filesystem::permissions(folder_ / "secret.txt", std::filesystem::perms(0644));
  EXPECT_THAT(refusal(with("http://localhost:8080")), testing::HasSubstr("client_secret_file"));
}

TEST_F(LoginSettingsTest, WhatIsWrongIsSaid) {
  EXPECT_THAT(refusal({"--oidc-file", (folder_ / "absent.yaml").string()}),
              testing::StartsWith("--oidc-file: "));
  EXPECT_THAT(refusal({"--trusted-proxies", "nginx"}), testing::HasSubstr("nginx"));
  EXPECT_THAT(refusal({"--session-idle", "1"}), testing::HasSubstr("session-idle"));
}

TEST(SettingsTest, OnlyAddressesOfThisMachineAreLoopback) {
  for (const char* host : {"localhost", "127.0.0.1", "127.255.0.9", "::1"}) {
    EXPECT_TRUE(http::is_loopback(host)) << host;
  }
  for (const char* host : {"127.0.0.1.evil.example", "127.evil.example", "127.1", "128.0.0.1",
                           "localhost.evil.example", "::2", "0.0.0.0", "::", "", "127."}) {
    EXPECT_FALSE(http::is_loopback(host)) << host;
  }
}

TEST(SettingsTest, TheDatabaseIsSqliteUnlessAUrlNamesPostgres) {
  EXPECT_FALSE(options_of({})->database.has_value());
  const auto near = options_of({"--database-url", "postgres://u@localhost/app"});
  ASSERT_TRUE(near.has_value());
  EXPECT_EQ(near->database->shown, "localhost:5432/app");
  EXPECT_TRUE(near->database->prepare && near->database->durable);
  const auto common = options_of({"--database-prepare=false", "--database-connections=3"},
                                 {{"DATABASE_URL", "postgresql://u:p@localhost/other"}});
  EXPECT_EQ(common->database->shown, "localhost:5432/other");
  EXPECT_FALSE(common->database->prepare);
  EXPECT_EQ(common->database_connections, 3U);
  EXPECT_FALSE(options_of({}, {{"DATABASE_URL", "mysql://u:p@h/other"}})->database.has_value())
      << "it is for another program";
  const auto both = options_of({}, {{"DATABASE_URL", "postgres://u@localhost/common"},
                                    {"REPRISE_DATABASE_URL", "postgres://u@localhost/own"}});
  EXPECT_EQ(both->database->shown, "localhost:5432/own");
  const auto meant = options_of({}, {{"DATABASE_URL", "postgres:/u@localhost/app"}});
  ASSERT_FALSE(meant.has_value()) << "one stroke is missing, but PostgreSQL was meant";
  EXPECT_THAT(meant.error().client_message, testing::StartsWith("DATABASE_URL: "));
  EXPECT_THAT(refusal({"--database-url", "mysql://localhost/app"}),
              testing::HasSubstr("REPRISE_DATABASE_URL"));
}

TEST(SettingsTest, PostgresItselfMayBeNamedBesideAPooler) {
  const char* url = "postgres://u@localhost/app";
  EXPECT_FALSE(options_of({"--database-url", url})->database_direct);
  const auto both = options_of(
      {"--database-url", "postgres://u@localhost:6432/app", "--database-direct-url", url});
  EXPECT_EQ(both->database->shown, "localhost:6432/app");
  EXPECT_EQ(both->database_direct->shown, "localhost:5432/app");
  EXPECT_THAT(refusal({"--database-url", url, "--database-direct-url", "postgres://u@far/app"}),
              testing::HasSubstr("REPRISE_DATABASE_DIRECT_URL"));
  EXPECT_THAT(refusal({"--database-direct-url", url}),
              testing::HasSubstr("REPRISE_DATABASE_URL, and that is not set"));
}

TEST(SettingsTest, ObjectsLieInTheDataDirectoryUnlessABucketIsNamed) {
  EXPECT_FALSE(options_of({})->bucket);
  const auto options =
      options_of({"--blob-store", "gs://recordings/own?endpoint=http://localhost:1"},
                 {{"REPRISE_GCS_TOKEN", "token"}});
  ASSERT_TRUE(options.has_value());
  ASSERT_TRUE(options->bucket);
  EXPECT_EQ(options->bucket->address.shown(), "gs://recordings/own at http://localhost:1");
  EXPECT_TRUE(std::holds_alternative<gcs::GivenToken>(options->bucket->credentials));
  for (const char* url : {"s3://recordings", "gs://", "gs://a", "gs://recordings/../other",
                          "gs://recordings?endpoint=ftp://localhost"}) {
    EXPECT_THAT(refusal({"--blob-store", url}), testing::HasSubstr("--blob-store")) << url;
  }
}

TEST(SettingsTest, LinksToFilmsNeedABucketAndAKeyThatSigns) {
  EXPECT_THAT(refusal({"--media-from", "bucket"}), testing::HasSubstr("--blob-store"));
  EXPECT_NE(refusal({"--media-from", "nowhere"}), "accepted");
  const std::vector<std::string> both{"--media-from", "bucket", "--blob-store", "gs://recordings"};
  const auto with_token = options_of(both, {{"REPRISE_GCS_TOKEN", "t"}});
  ASSERT_FALSE(with_token.has_value());
  EXPECT_THAT(with_token.error().client_message,
              testing::HasSubstr("GOOGLE_APPLICATION_CREDENTIALS"));
  const auto through_us =
      options_of({"--blob-store", "gs://recordings"}, {{"REPRISE_GCS_TOKEN", "t"}});
  ASSERT_TRUE(through_us.has_value());
  EXPECT_FALSE(through_us->link_account.has_value());
  EXPECT_THAT(through_us->media_origins, testing::IsEmpty());
}

TEST(SettingsTest, GoogleNeedsAKeyThatIsNoFlag) {
  const std::vector<std::string> google{"--gemini-url",
                                        "https://generativelanguage.googleapis.com/"};
  EXPECT_THAT(refusal(google), testing::HasSubstr("REPRISE_GEMINI_KEY"));
  const auto options = options_of(google, {{"REPRISE_GEMINI_KEY", "k"}});
  ASSERT_TRUE(options.has_value());
  EXPECT_EQ(options->gemini.key, "k");
  EXPECT_THAT(options->connect_origins,
              testing::ElementsAre("https://generativelanguage.googleapis.com",
                                   "wss://generativelanguage.googleapis.com"));
  EXPECT_NE(refusal({"--gemini-key", "k"}), "accepted");
}

TEST(SettingsTest, TheProxyOfTheEnvironmentIsForGoogleAndNotForTheEmulator) {
  const Environment environment{{"REPRISE_GEMINI_KEY", "k"},
                                {"HTTPS_PROXY", "http://u:p@proxy.example:3128"}};
  EXPECT_FALSE(options_of({}, environment)->gemini.proxy.has_value());
  const std::vector<std::string> google{"--gemini-url", gemini::kGoogleUrl};
  EXPECT_EQ(options_of(google, environment)->gemini.proxy->shown, "proxy.example:3128");
  Environment without = environment;
  without.emplace_back("no_proxy", ".googleapis.com");
  EXPECT_FALSE(options_of(google, without)->gemini.proxy.has_value());
  const auto wrong = options_of(
      google, {{"REPRISE_GEMINI_KEY", "k"}, {"HTTPS_PROXY", "http://u:secret@proxy.example:x"}});
  EXPECT_THAT(wrong.error().client_message, testing::HasSubstr("HTTPS_PROXY"));
  EXPECT_THAT(wrong.error().client_message, testing::Not(testing::HasSubstr("secret")));
}

TEST(SettingsTest, NonsenseIsRefused) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--gemini-url", "ftp://x"},
        {"--gemini-url", "http://x/?y=1"},
        {"--data-dir", ""},
        {"--abandon-after", "0"},
        {"--model", ""},
        {"--unknown", "1"},
        {"--log-level", "loud"}}) {
    EXPECT_NE(refusal(arguments), "accepted") << arguments[0];
  }
}

}  // namespace
}  // namespace reprise::app
