#include "platform/gcs/bucket_config.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace reprise::gcs {
namespace {

const Address kPlace{.bucket = "b", .prefix = "own/place", .endpoint = std::string(kGoogleUrl)};
const std::string kAbort =
    R"({"action":{"type":"AbortIncompleteMultipartUpload"},"condition":{"age":7}})";

BucketConfig config_of(const std::string& members) {
  const auto config = read_bucket(R"({"metageneration": "7", "location": "EU")" +
                                  (members.empty() ? "" : ", " + members) + "}");
  EXPECT_TRUE(config.has_value()) << members;
  return config.value_or(BucketConfig{});
}

std::string with_rules(const std::string& rules) {
  return R"("lifecycle": {"rule": [)" + rules + "]}";
}

Finding find(const std::string& members, std::string_view name, std::string_view origin = "",
             const Address& place = kPlace) {
  for (Finding& one : findings(config_of(members), place, origin)) {
    if (one.name == name) return std::move(one);
  }
  ADD_FAILURE() << "no finding " << name;
  return {};
}

TEST(GcsBucket, WhatKeepsErasedObjectsIsNamed) {
  struct Case {
    const char* members;
    const char* name;
    bool fine;
    const char* command;
  };
  for (const Case& one : std::initializer_list<Case>{
           {"", "versions", true, ""},
           {R"("versioning": {"enabled": false})", "versions", true, ""},
           {R"("versioning": {"enabled": true})", "versions", false, "--no-versioning"},
           {"", "erasing", true, ""},
           {R"("softDeletePolicy": {"retentionDurationSeconds": "0"})", "erasing", true, ""},
           {R"("softDeletePolicy": {"retentionDurationSeconds": "604800"})", "erasing", false,
            "--clear-soft-delete"},
           {"", "retention", true, ""},
           {R"("retentionPolicy": {"retentionPeriod": "60", "isLocked": true})", "retention", false,
            "--clear-retention-period"},
           {R"("defaultEventBasedHold": true)", "retention", false,
            "--no-default-event-based-hold"}}) {
    const Finding found = find(one.members, one.name);
    EXPECT_EQ(found.fine, one.fine) << one.members;
    EXPECT_THAT(found.command, testing::HasSubstr(one.command));
    EXPECT_EQ(found.command.empty(), one.fine);
    EXPECT_FALSE(found.change.has_value()) << "a person decides";
  }
  EXPECT_THAT(
      find(R"("softDeletePolicy": {"retentionDurationSeconds": "604800"})", "erasing").words,
      testing::HasSubstr("7 days"));
}

TEST(GcsBucket, NoRuleOfTheLifecycleMayDeleteOurObjects) {
  struct Case {
    const char* condition;
    bool fine;
  };
  for (const Case& one : std::initializer_list<Case>{
           {R"({"age": 365})", false},
           {R"({"age": 1, "matchesPrefix": ["own/place/"]})", false},
           {R"({"age": 1, "matchesPrefix": ["other/", "own/place/chunks/"]})", false},
           {R"({"age": 1, "matchesPrefix": ["own"]})", false},
           {R"({"age": 1, "matchesPrefix": ["own/places/"]})", true},
           {R"({"age": 1, "matchesPrefix": ["tmp/"]})", true},
           {R"({"daysSinceNoncurrentTime": 1, "isLive": false})", true},
           {R"({"daysSinceNoncurrentTime": 1})", true},
           {R"({"numNewerVersions": 3})", true},
           {R"({"numNewerVersions": 0, "age": 1})", false},
           {R"({"age": 1, "isLive": true})", false}}) {
    const std::string rules =
        fmt::format(R"({{"action":{{"type":"Delete"}},"condition":{}}},{})", one.condition, kAbort);
    EXPECT_EQ(find(with_rules(rules), "lifecycle").fine, one.fine) << rules;
  }
  const Address whole{.bucket = "b", .prefix = "", .endpoint = std::string(kGoogleUrl)};
  const std::string tmp =
      R"({"action":{"type":"Delete"},"condition":{"age":1,"matchesPrefix":["tmp/"]}})";
  EXPECT_FALSE(find(with_rules(tmp + "," + kAbort), "lifecycle", "", whole).fine)
      << "every object of the bucket may be ours";
}

TEST(GcsBucket, ARuleMustEndUnfinishedUploads) {
  EXPECT_TRUE(find(with_rules(kAbort), "lifecycle").fine);
  const std::string other = R"({"action":{"type":"SetStorageClass"},"condition":{"age":30}})";
  for (const std::string& members : {std::string(), with_rules(other)}) {
    const Finding found = find(members, "lifecycle");
    EXPECT_FALSE(found.fine);
    ASSERT_TRUE(found.change.has_value());
    const auto& rules = found.change->at("lifecycle").at("rule").as_array();
    EXPECT_EQ(rules.size(), members.empty() ? 1U : 2U) << "what was there stays";
    EXPECT_TRUE(find(R"("lifecycle": )" + boost::json::serialize(found.change->at("lifecycle")),
                     "lifecycle")
                    .fine);
  }
}

TEST(GcsBucket, CorsIsCheckedWhenPagesReadObjects) {
  EXPECT_TRUE(find("", "cors").fine) << "they are not to";
  const std::string_view origin = "https://reprise.example";
  const std::string headers =
      R"("responseHeader":["Content-Range","Content-Length","Accept-Ranges","ETag","x-goog-hash"])";
  const auto rule = [&](const std::string& from, const std::string& methods) {
    return R"("cors": [{"origin":[")" + from + R"("],"method":[)" + methods + "]," + headers + "}]";
  };
  EXPECT_TRUE(find(rule("https://reprise.example", R"("GET","HEAD")"), "cors", origin).fine);
  EXPECT_TRUE(find(rule("*", R"("GET","HEAD","PUT")"), "cors", origin).fine);
  for (const std::string& members :
       {std::string(), rule("https://other.example", R"("GET","HEAD")"),
        rule("https://reprise.example", R"("GET")"),
        std::string(R"("cors": [{"origin":["*"],"method":["GET","HEAD"]}])")}) {
    const Finding found = find(members, "cors", origin);
    EXPECT_FALSE(found.fine) << members;
    ASSERT_TRUE(found.change.has_value());
    EXPECT_TRUE(
        find(R"("cors": )" + boost::json::serialize(found.change->at("cors")), "cors", origin)
            .fine);
  }
}

TEST(GcsBucket, OtherAnswersAreNoConfiguration) {
  for (const char* text : {"", "[]", "{}", "<html>", R"({"metageneration": 5})"}) {
    EXPECT_FALSE(read_bucket(text).has_value()) << text;
  }
}

TEST(GcsBucket, NamesThePermissionsThatAreMissing) {
  EXPECT_EQ(missing_permissions("{}").value(), wanted_permissions());
  EXPECT_THAT(missing_permissions(R"({"permissions": ["storage.objects.get",
      "storage.objects.list", "storage.objects.create", "storage.buckets.get"]})")
                  .value(),
              testing::ElementsAre("storage.objects.delete"));
  EXPECT_FALSE(missing_permissions("no").has_value());
}

}  // namespace
}  // namespace reprise::gcs
