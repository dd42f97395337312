#include "app/oidc_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace reprise::app {
namespace {

using testing::HasSubstr;

constexpr const char* kGood = R"(public_url: http://localhost:8080
issuers:
  - {id: dex, name: Dex, issuer: "http://127.0.0.1:5556/dex", reach_at: "", static_passwords: true, client_id: reprise, client_secret_file: secret.txt, roles_claim: groups, roles: {admin: [admins], researcher: [staff]}, allow: {emails: ["*@example.test"]}}
first_admin: {issuer: dex, email: dev@example.test}
)";

/// The secrets in the files of a test. One that is absent here cannot be read.
using Secrets = std::map<std::string, std::string>;
const Secrets kSecrets{{"/etc/reprise/secret.txt", "0123456789abcdef\n"},
                       {"/run/secrets/other", "0123456789abcdef"}};

Result<auth::AuthSettings> read(const std::string& text, const Secrets& secrets = kSecrets) {
  return read_oidc_file(text, "/etc/reprise/oidc.yaml",
                        {.read_secret_file = [&](const std::string& path) -> Result<std::string> {
                          const auto found = secrets.find(path);
                          if (found != secrets.end()) return found->second;
                          return fail(ErrorCode::NotFound, path + " cannot be read.");
                        }});
}

std::string refusal(const std::string& text, const Secrets& secrets = kSecrets) {
  const auto settings = read(text, secrets);
  return settings ? "accepted" : settings.error().client_message;
}

/// The good file with one piece replaced.
std::string with(const std::string& piece, const std::string& other) {
  std::string text = kGood;
  const auto at = text.find(piece);
  EXPECT_NE(at, text.npos) << piece;
  return text.replace(at, piece.size(), other);
}

TEST(OidcFile, IsReadAsTheIssueShowsIt) {
  const auto settings = read(kGood);
  ASSERT_TRUE(settings) << settings.error().client_message;
  EXPECT_THAT(settings->public_urls, testing::ElementsAre("http://localhost:8080"));
  ASSERT_EQ(settings->issuers.size(), 1U);
  const auth::IssuerEntry& dex = settings->issuers[0];
  EXPECT_EQ(dex.oidc.id, "dex");
  EXPECT_EQ(dex.oidc.name, "Dex");
  EXPECT_EQ(dex.oidc.issuer, "http://127.0.0.1:5556/dex");
  EXPECT_FALSE(dex.oidc.reach_at);
  EXPECT_EQ(dex.oidc.client_id, "reprise");
  EXPECT_EQ(dex.oidc.client_secret, "0123456789abcdef");
  EXPECT_EQ(dex.secret_file, "/etc/reprise/secret.txt");
  EXPECT_EQ(dex.groups_claim, "groups");
  EXPECT_THAT(dex.roles.admin, testing::ElementsAre("admins"));
  EXPECT_THAT(dex.roles.researcher, testing::ElementsAre("staff"));
  EXPECT_TRUE(login::admits(dex.allow, "a@example.test", {}));
  EXPECT_FALSE(login::admits(dex.allow, "a@evil.test", {}));
  ASSERT_TRUE(settings->first_admin);
  EXPECT_EQ(settings->first_admin->issuer_id, "dex");
  EXPECT_TRUE(login::fits(settings->first_admin->email, "dev@example.test"));
}

TEST(OidcFile, SeveralAddressesAndIssuersAreAllowed) {
  const auto settings = read(R"(
public_url: [https://Reprise.example.test/, "https://reprise.example.test:8443", "http://app.localhost:8080"]
issuers:
  - id: dex
    issuer: https://login.example.test/dex
    client_id: a
    client_secret_file: /run/secrets/other
  - id: two
    issuer: http://auth.localhost:5556/dex
    client_id: b
    client_secret_file: secret.txt
)");
  ASSERT_TRUE(settings) << settings.error().client_message;
  EXPECT_THAT(settings->public_urls, testing::ElementsAre("https://reprise.example.test",
                                                          "https://reprise.example.test:8443",
                                                          "http://app.localhost:8080"));
  EXPECT_EQ(settings->issuers[0].oidc.name, "dex");
  EXPECT_FALSE(settings->first_admin);
  ASSERT_TRUE(settings->issuers[1].oidc.reach_at) << "resolvers need not know names of localhost";
  EXPECT_EQ(settings->issuers[1].oidc.reach_at->host, "127.0.0.1");
  EXPECT_EQ(settings->issuers[1].oidc.reach_at->port, "5556");
}

TEST(OidcFile, AnIssuerMayBeReachedElsewhere) {
  const auto pin = [](const std::string& issuer, const std::string& reach_at) {
    std::string text = with("http://127.0.0.1:5556/dex", issuer);
    text.replace(text.find("reach_at: \"\""), 12, "reach_at: \"" + reach_at + "\"");
    const auto settings = read(text);
    if (!settings) return settings.error().client_message;
    const auto& reach = settings->issuers[0].oidc.reach_at;
    return reach->host + " " + reach->port;
  };
  EXPECT_EQ(pin("http://auth.example.test/dex", "dex:5556"), "dex 5556");
  EXPECT_EQ(pin("http://auth.example.test/dex", "http://dex:5556"), "dex 5556");
  EXPECT_EQ(pin("https://auth.example.test/dex", "10.0.0.5"), "10.0.0.5 443");
  EXPECT_EQ(pin("http://auth.example.test/dex", "[::1]:5556"), "::1 5556");
  EXPECT_THAT(pin("https://auth.example.test/dex", "http://dex:5556"), HasSubstr("reach_at"));
  EXPECT_THAT(pin("http://auth.example.test/dex", "dex:x"), HasSubstr("reach_at"));
  EXPECT_THAT(pin("http://auth.example.test/dex", "http://dex/path"), HasSubstr("reach_at"));
}

struct WrongFile {
  std::string text;
  const char* says;
};

TEST(OidcFile, WhatIsWrongIsNamedWithItsLine) {
  const std::vector<WrongFile> files{
      {with("first_admin:", "frist_admin:"), "oidc.yaml:4: unknown key \"frist_admin\""},
      {with("client_id: reprise", "client: reprise"), "oidc.yaml:3: unknown key \"client\""},
      {with("admin: [admins]", "root: [admins]"), "unknown key \"root\""},
      {with("emails: ", "email: "), "unknown key \"email\""},
      {with("issuer: dex, email", "isuer: dex, email"), "unknown key \"isuer\""},
      {std::string(kGood) + "public_url: http://localhost\n", ":5: public_url is given twice"},
      {with("name: Dex", "id: dex"), "id is given twice"},
      {with("public_url: http://localhost:8080\n", ""), "public_url is missing"},
      {with("http://localhost:8080", "http://reprise.example.test"), "must be https"},
      {with("http://localhost:8080", "http://192.168.1.2:8080"), "must be https"},
      {with("http://localhost:8080", "http://localhost:8080/app"), "without a path"},
      {with("http://localhost:8080", "localhost:8080"), "without a path"},
      {with("http://localhost:8080", "[]"), "public_url is empty"},
      {with("http://localhost:8080", "https://reprise.example.test"), "static_passwords"},
      {with("http://localhost:8080", "[http://localhost:8080, https://a.example.test]"),
       "https://a.example.test is a public name"},
      {with("static_passwords: true", "static_passwords: yes"), "must be true or false"},
      {with("id: dex", "id: Dex"), "id \"Dex\""},
      {with("id: dex", "id: a/b"), "id \"a/b\""},
      {with("id: dex", "id: sessions"), "id \"sessions\""},
      {with("http://127.0.0.1:5556/dex", "http://login.example.test/dex"), "must be https"},
      {with("http://127.0.0.1:5556/dex", "dex"), "must be a URL"},
      {with("client_id: reprise, ", ""), "oidc.yaml:3: client_id is missing"},
      {with("client_id: reprise", "client_id: \"\""), "client_id must be a text"},
      {with("secret.txt", "absent.txt"), "/etc/reprise/absent.txt cannot be read."},
      {with("*@example.test", "*@*"), "allow.emails"},
      {with("{emails: [\"*@example.test\"]}", "{}"), "allow names nobody"},
      {with("{emails: [\"*@example.test\"]}", "{emails: []}"), "allow names nobody"},
      // What is left when somebody comments the lines below it out must not admit everybody.
      {with("{emails: [\"*@example.test\"]}", ""), "allow names nobody"},
      {with("{emails: [\"*@example.test\"]}", "{emails: }"), "allow names nobody"},
      {std::string(kGood) + "---\nx: 1\n", ":6: the file must hold one document"},
      {with("roles_claim: groups, ", ""), "roles needs roles_claim"},
      {with("issuer: dex, email", "issuer: other, email"), "no issuer has the id \"other\""},
      {with("dev@example.test", "\"*@example.test\""), "must be one address"},
      {"", "the file must be a map"},
      {"issuers: [", "this is no YAML"},
      {"public_url: http://localhost\nissuers: []\n", ":2: issuers must be a list"},
      {"public_url: http://localhost\nissuers: {}\n", "issuers must be a list"},
      {"public_url: http://localhost\n", "issuers is missing"},
  };
  for (const auto& [text, says] : files) {
    EXPECT_THAT(refusal(text), HasSubstr(says)) << text;
    EXPECT_THAT(refusal(text), testing::Not(testing::AnyOf(HasSubstr(".."), HasSubstr(":0:"))));
  }
}

TEST(OidcFile, TwoIssuersMustDiffer) {
  const std::string entry =
      "{id: ID, issuer: \"URL\", client_id: a, client_secret_file: secret.txt}";
  const auto two = [&](const char* id, const char* url) {
    std::string second = entry;
    second.replace(second.find("ID"), 2, id);
    second.replace(second.find("URL"), 3, url);
    std::string text = kGood;
    return text.insert(text.find("first_admin"), "  - " + second + "\n");
  };
  EXPECT_EQ(refusal(two("two", "https://two.example.test")), "accepted");
  EXPECT_THAT(refusal(two("dex", "https://two.example.test")), HasSubstr("the id \"dex\""));
  EXPECT_THAT(refusal(two("two", "http://127.0.0.1:5556/dex")), HasSubstr("name the issuer"));
}

TEST(OidcFile, EmptyAndExampleSecretsAreRefused) {
  const auto with_secret = [](const char* secret) {
    return refusal(kGood, {{"/etc/reprise/secret.txt", secret}});
  };
  for (const char* own : {"of our own &%\u00e9\r\n", "secret-7Gq1", "q7", "\u00e9\u00e8\u00ea"}) {
    EXPECT_EQ(with_secret(own), "accepted") << own;
  }
  EXPECT_THAT(with_secret("two\nlines"), HasSubstr("one line"));
  for (const char* empty : {"", "\n", "\r\n\n", " \n"})
    EXPECT_THAT(with_secret(empty), HasSubstr("empty"));
  for (const char* known :
       {"secret", "changeme", "CHANGEME\n", "Change-Me!", "change_me_please", "<secret>",
        "${CLIENT_SECRET}", "your-client-secret", "replace me", "dev-secret", "xxxxxxxx",
        "********", "test", "reprise", "reprise-secret", "password", "ZXhhbXBsZS1hcHAtc2VjcmV0",
        "portal-secret"}) {
    EXPECT_THAT(with_secret(known), HasSubstr("examples")) << known;
    EXPECT_THAT(with_secret(known), testing::Not(HasSubstr("\"" + std::string(known)))) << known;
  }
}

}  // namespace
}  // namespace reprise::app
