#include "domain/login/email.hpp"

#include <gtest/gtest.h>

namespace reprise::login {
namespace {

TEST(Email, AnAddressIsSplitAtItsLastAt) {
  for (const auto& [address, local, domain] :
       std::initializer_list<std::tuple<const char*, const char*, const char*>>{
           {"dev@example.test", "dev", "example.test"},
           {"Dev.X+tag@EXAMPLE.Test", "Dev.X+tag", "example.test"},
           {"\"a@evil.test\"@example.test", "\"a@evil.test\"", "example.test"},
           {"\"a\\\"b\"@example.test", "\"a\\\"b\"", "example.test"},
           {"a@xn--bcher-kva.example", "a", "xn--bcher-kva.example"}}) {
    const auto email = read_email(address);
    ASSERT_TRUE(email) << address;
    EXPECT_EQ(email->local, local);
    EXPECT_EQ(email->domain, domain);
  }
}

TEST(Email, WhatIsNoAddressIsRefused) {
  for (const std::string address : {"",
                                    "@",
                                    "dev",
                                    "dev@",
                                    "@example.test",
                                    "dev@localhost",
                                    "dev@example..test",
                                    "dev@.example.test",
                                    "dev@example.test.",
                                    "dev@-example.test",
                                    "dev@exa mple.test",
                                    "dev @example.test",
                                    ".dev@example.test",
                                    "dev.@example.test",
                                    "d..v@example.test",
                                    "a@b@example.test",
                                    "evil@evil.test@example.test",
                                    "\"a\"b@example.test",
                                    "\"@example.test",
                                    "\"a\\\"@example.test",
                                    "dev@example.test\n",
                                    "dev@example.test\r\nBcc: x@y.z",
                                    "dev@ex\xc3\xa4mple.test",
                                    "d\xc3\xa4v@example.test",
                                    "dev@[127.0.0.1]",
                                    "<dev@example.test>",
                                    "dev@example.test,x@evil.test",
                                    "dev@example_.test"}) {
    EXPECT_FALSE(read_email(address)) << address;
  }
  EXPECT_FALSE(read_email(std::string("dev@example.test\0.evil.test", 27)));
  EXPECT_TRUE(read_email(std::string(64, 'a') + "@example.test"));
  EXPECT_FALSE(read_email(std::string(65, 'a') + "@example.test"));
  EXPECT_FALSE(read_email("a@" + std::string(64, 'a') + ".test"));
}

TEST(EmailRule, IsADomainOrOneAddress) {
  EXPECT_TRUE(fits(*read_email_rule("*@example.test"), "dev@Example.Test"));
  EXPECT_TRUE(fits(*read_email_rule("*@EXAMPLE.test"), "\"x@evil.test\"@example.test"));
  EXPECT_TRUE(fits(*read_email_rule("dev@example.test"), "dev@EXAMPLE.test"));
  EXPECT_FALSE(fits(*read_email_rule("dev@example.test"), "Dev@example.test"));
  for (const char* address :
       {"dev@evil.test", "dev@sub.example.test", "dev@example.test.evil.test",
        "dev@notexample.test", "\"x@example.test\"@evil.test", "dev@example.test@evil.test",
        "evil@evil.test@example.test", "dev@example.test\n", ""}) {
    EXPECT_FALSE(fits(*read_email_rule("*@example.test"), address)) << address;
  }
  for (const char* text : {"", "*", "*@", "*@*", "*@*.example.test", "example.test",
                           "@example.test", "d*@example.test", "**@example.test", "*@test"}) {
    EXPECT_FALSE(read_email_rule(text)) << text;
  }
}

TEST(AllowList, OneFittingEntryIsEnough) {
  EXPECT_TRUE(admits({}, "", {}));
  const AllowList both{.emails = {*read_email_rule("*@example.test")}, .groups = {"staff"}};
  EXPECT_TRUE(admits(both, "a@example.test", {}));
  EXPECT_TRUE(admits(both, "", {"guests", "staff"}));
  EXPECT_FALSE(admits(both, "a@evil.test", {"guests", "Staff"}));
  EXPECT_FALSE(admits(both, "", {}));
}

}  // namespace
}  // namespace reprise::login
