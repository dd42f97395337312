#include "platform/http/static_site.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/http/security_headers.hpp"

namespace reprise::http {
namespace {

const std::vector<Asset>& assets() {
  static const std::vector<Asset> rows{
      {"/index.html", "<html>", "br-html", "gz-html"},
      {"/assets/app-1a2b.js", "js", "br-js", "gz-js"},
      {"/assets/live-worker-1a2b.js", "worker", "br-worker", "gz-worker"},
      {"/assets/capture-worklet-1a2b.js", "worklet", {}, {}},
      {"/assets/styles-1a2b.css", "css", {}, {}},
      {"/assets/inter-1a2b.woff2", "font", {}, {}},
      {"/assets/my-worker-1a2b.css", "css", {}, {}},
      {"/favicon.svg", "<svg>", {}, {}},
      {"/empty.txt", "", {}, {}},
  };
  return rows;
}

Response serve(std::string path, std::string_view accept = "",
               std::string_view if_none_match = "") {
  static const StaticSite site(assets(), page_headers({"https://gemini.example"}));
  Request request{.method = Method::Get, .path = std::move(path)};
  if (!accept.empty()) request.headers.add("Accept-Encoding", std::string(accept));
  if (!if_none_match.empty()) request.headers.add("If-None-Match", std::string(if_none_match));
  return site.serve(request);
}
std::string body(const Response& response) {
  const auto* view = std::get_if<std::string_view>(&response.body);
  return view ? std::string(*view) : "(none)";
}

TEST(StaticSite, NegotiatesTheForm) {
  const struct {
    const char* accept;
    const char* coding;
  } cases[] = {{"", ""},
               {"gzip, deflate, br", "br"},
               {"gzip", "gzip"},
               {"GZIP;q=0.5", "gzip"},
               {"br;q=0, gzip", "gzip"},
               {"br;q=0.000,gzip;q=0", ""},
               {"*", "br"},
               {"*;q=0", ""},
               {"br;q=0, *", "gzip"},
               {"identity", ""},
               {"br; q=0.1", "br"}};
  for (const auto& c : cases) {
    const Response response = serve("/index.html", c.accept);
    EXPECT_EQ(response.headers.find("Content-Encoding").value_or(""), c.coding) << c.accept;
    EXPECT_EQ(response.headers.find("Vary"), "Accept-Encoding");
  }
  EXPECT_EQ(body(serve("/index.html", "br")), "br-html");
}

TEST(StaticSite, KeepsHashedNamesForEverAndAsksAgainForOthers) {
  EXPECT_EQ(serve("/assets/app-1a2b.js").headers.find("Cache-Control"),
            "public, max-age=31536000, immutable");
  EXPECT_EQ(serve("/favicon.svg").headers.find("Cache-Control"), "no-cache");
  EXPECT_EQ(serve("/favicon.svg").headers.find("Vary"), std::nullopt);
  EXPECT_EQ(body(serve("/empty.txt")), "");
}

TEST(StaticSite, EachFormHasItsOwnTag) {
  const std::string plain(*serve("/index.html").headers.find("ETag"));
  const std::string brotli(*serve("/index.html", "br").headers.find("ETag"));
  EXPECT_NE(plain, brotli);
  EXPECT_EQ(serve("/index.html", "br", brotli).status, 304);
  EXPECT_EQ(serve("/index.html", "br", plain).status, 200);
  EXPECT_EQ(body(serve("/index.html", "br", brotli)), "(none)");
}

TEST(StaticSite, PagesOfTheAppGetTheIndexAndNothingElseDoes) {
  for (const char* path : {"/", "/chats/1", "/recordings/1/play", "/apish"}) {
    EXPECT_EQ(body(serve(path)), "<html>") << path;
    EXPECT_EQ(serve(path).headers.find("Cache-Control"), "no-cache") << path;
  }
  for (const char* path : {"/api", "/api/chats", "/assets/gone-1.js", "/robots.txt"}) {
    EXPECT_EQ(serve(path).status, 404) << path;
  }
}

/// The names of the headers that say what a page may do.
std::vector<std::string> rules_of(const Response& response) {
  std::vector<std::string> names;
  for (const auto& [name, value] : page_headers({}).rows()) {
    if (response.headers.find(name)) names.push_back(name);
  }
  return names;
}

TEST(StaticSite, PagesAndWorkersSayWhatTheyMayDoAndNothingElseDoes) {
  const std::vector<std::string> all{"Content-Security-Policy", "Permissions-Policy",
                                     "Cross-Origin-Opener-Policy"};
  for (const char* path : {"/", "/chats/1", "/index.html", "/assets/live-worker-1a2b.js"}) {
    const Response answer = serve(path, "br");
    EXPECT_EQ(rules_of(answer), all) << path;
    EXPECT_THAT(std::string(*answer.headers.find("Content-Security-Policy")),
                testing::HasSubstr("connect-src 'self' https://gemini.example;"));
    // A browser takes the headers of a 304 in the place of those that it has kept.
    const Response same = serve(path, "br", *answer.headers.find("ETag"));
    EXPECT_EQ(same.status, 304);
    EXPECT_EQ(rules_of(same), all) << path;
  }
  for (const char* path :
       {"/assets/app-1a2b.js", "/assets/capture-worklet-1a2b.js", "/assets/styles-1a2b.css",
        "/assets/inter-1a2b.woff2", "/assets/my-worker-1a2b.css", "/favicon.svg", "/robots.txt"}) {
    EXPECT_EQ(rules_of(serve(path)), std::vector<std::string>{}) << path;
  }
}

TEST(SecurityHeaders, OfOtherAnswersAllowNothing) {
  const Headers headers = bare_headers();
  EXPECT_EQ(headers.find("Content-Security-Policy"), "default-src 'none'; frame-ancestors 'none'");
  EXPECT_EQ(headers.find("Cross-Origin-Resource-Policy"), "same-origin");
  EXPECT_EQ(headers.find("Referrer-Policy"), "no-referrer");
  EXPECT_EQ(headers.find("X-Content-Type-Options"), "nosniff");
}

TEST(SecurityHeaders, ConnectOnlyWhereTold) {
  const Headers headers =
      page_headers({"wss://generativelanguage.googleapis.com", "http://localhost:8081"});
  const std::string policy(*headers.find("Content-Security-Policy"));
  EXPECT_THAT(
      policy,
      testing::HasSubstr(
          "; connect-src 'self' wss://generativelanguage.googleapis.com http://localhost:8081;"));
  EXPECT_THAT(policy, testing::HasSubstr("; trusted-types reprise"));
  EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  EXPECT_THAT(policy, testing::HasSubstr("; media-src 'self' blob:; "));
  EXPECT_DEATH(page_headers({"x; script-src *"}), "assertion.failed");
}

TEST(SecurityHeaders, FilmsMayComeFromABucket) {
  const Headers headers =
      page_headers({"http://localhost:8081"}, {"https://storage.googleapis.com"});
  const std::string policy(*headers.find("Content-Security-Policy"));
  EXPECT_THAT(policy,
              testing::HasSubstr("; media-src 'self' blob: https://storage.googleapis.com; "));
  EXPECT_THAT(policy, testing::HasSubstr("; connect-src 'self' http://localhost:8081 "
                                         "https://storage.googleapis.com; "));
  EXPECT_DEATH(page_headers({}, {"x; script-src *"}), "assertion.failed");
}

}  // namespace
}  // namespace reprise::http
