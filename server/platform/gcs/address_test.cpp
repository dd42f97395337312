#include "platform/gcs/address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reprise::gcs {
namespace {

std::string refusal(std::string_view url) {
  const auto address = read_address(url);
  return address ? "accepted" : address.error().client_message;
}

TEST(GcsAddress, NamesABucketAndAPrefix) {
  const auto address = read_address("gs://my-bucket/team/reprise-1/");
  ASSERT_TRUE(address.has_value());
  EXPECT_EQ(address->bucket, "my-bucket");
  EXPECT_EQ(address->prefix, "team/reprise-1");
  EXPECT_EQ(address->endpoint, kGoogleUrl);
  EXPECT_TRUE(address->takes_credentials);
  EXPECT_EQ(address->shown(), "gs://my-bucket/team/reprise-1");
  EXPECT_EQ(address->object_name("chunks/a"), "team/reprise-1/chunks/a");
  EXPECT_EQ(address->key_of("team/reprise-1/chunks/a"), "chunks/a");
}

TEST(GcsAddress, WithoutAPrefixTheBucketIsOurs) {
  for (const char* url : {"gs://abc", "gs://abc/"}) {
    const auto address = read_address(url);
    ASSERT_TRUE(address.has_value()) << url;
    EXPECT_EQ(address->object_name("a/b"), "a/b");
    EXPECT_EQ(address->key_of("a/b"), "a/b");
    EXPECT_EQ(address->shown(), "gs://abc");
  }
}

TEST(GcsAddress, CredentialsGoOnlyOverHttpsOrToThisMachine) {
  struct Case {
    const char* endpoint;
    const char* want;
    bool takes;
  };
  for (const Case& one : std::initializer_list<Case>{
           {"http://localhost:4443", "http://localhost:4443", true},
           {"http://127.0.0.2:1", "http://127.0.0.2:1", true},
           {"http%3A%2F%2F[::1]:4443", "http://[::1]:4443", true},
           {"https://gcs.example", "https://gcs.example", true},
           {"https://gcs.example:443/", "https://gcs.example", true},
           {"http://gcs:4443", "http://gcs:4443", false},
           {"http://10.0.0.1:80", "http://10.0.0.1", false},
           {"http://localhost.example:4443", "http://localhost.example:4443", false}}) {
    const auto address = read_address(std::string("gs://abc/p?endpoint=") + one.endpoint);
    ASSERT_TRUE(address.has_value()) << one.endpoint;
    EXPECT_EQ(address->endpoint, one.want);
    EXPECT_EQ(address->takes_credentials, one.takes) << one.endpoint;
    EXPECT_EQ(address->shown(), std::string("gs://abc/p at ") + one.want);
  }
}

TEST(GcsAddress, RefusesOtherSchemesAndParameters) {
  for (const char* url : {"", "gs:/abc", "s3://abc", "/var/lib/reprise", "gs://", "gs:///p",
                          "https://storage.googleapis.com/abc", "GS://abc"}) {
    EXPECT_THAT(refusal(url), testing::StartsWith("--blob-store: must be gs://BUCKET")) << url;
  }
  for (const char* url : {"gs://abc?", "gs://abc?x=1", "gs://abc?endpoint=http://a&x=1"}) {
    EXPECT_THAT(refusal(url), testing::HasSubstr("knows one parameter")) << url;
  }
  for (const char* url :
       {"gs://abc?endpoint=", "gs://abc?endpoint=localhost:1", "gs://abc?endpoint=ftp://localhost",
        "gs://abc?endpoint=http://localhost:1/path", "gs://abc?endpoint=http://u:p@localhost",
        "gs://abc?endpoint=http://localhost:99999", "gs://abc?endpoint=http://localhost%zz"}) {
    EXPECT_THAT(refusal(url), testing::HasSubstr("endpoint= must be")) << url;
    EXPECT_THAT(refusal(url), testing::Not(testing::HasSubstr("u:p"))) << url;
  }
}

TEST(GcsAddress, ABucketFollowsGooglesRules) {
  const std::string longest(63, 'a');
  const std::string two_labels = longest + "." + longest;
  const std::string four_labels = two_labels + "." + two_labels;
  const std::string longer(64, 'a');
  for (const std::string& name : {std::string("abc"), std::string("a_b-c"), std::string("1a2"),
                                  std::string("example.com"), longest, two_labels}) {
    EXPECT_TRUE(read_address("gs://" + name).has_value()) << name;
  }
  for (const std::string& name :
       {std::string("ab"), longer, std::string("Abc"), std::string("-abc"), std::string("abc-"),
        std::string("a bc"), std::string("192.168.5.4"), std::string("goog1"),
        std::string("mygooglebucket"), std::string("a..b"), std::string(".abc"),
        std::string("abc."), std::string("a.-b.c"), std::string("bücher"), four_labels}) {
    EXPECT_THAT(refusal("gs://" + name), testing::HasSubstr("cannot be the name of a bucket"))
        << name;
  }
}

TEST(GcsAddress, APrefixHasTheFormOfKeys) {
  EXPECT_TRUE(read_address("gs://abc/" + std::string(kPrefixBytesMax, 'p')).has_value());
  EXPECT_THAT(refusal("gs://abc/" + std::string(kPrefixBytesMax + 1, 'p')),
              testing::HasSubstr("longer than 512 bytes"));
  for (const char* prefix : {"a//b", "/a", "a//", ".", "..", "a/../b", "a/.hidden", "a b", "a#b",
                             "a%2Fb", "\xc3\xa4", "a\nb", "a*"}) {
    EXPECT_THAT(refusal(std::string("gs://abc/") + prefix), testing::HasSubstr("the prefix must"))
        << prefix;
  }
}

TEST(GcsAddress, EncodesWhatUrlsCannotHold) {
  EXPECT_EQ(percent_encode("a/b c~-._\xc3\xa9%", Slashes::Encode), "a%2Fb%20c~-._%C3%A9%25");
  EXPECT_EQ(percent_encode("a/b+c", Slashes::Keep), "a/b%2Bc");
  EXPECT_EQ(percent_encode(std::string_view("\0\x7f", 2), Slashes::Keep), "%00%7F");
}

}  // namespace
}  // namespace reprise::gcs
