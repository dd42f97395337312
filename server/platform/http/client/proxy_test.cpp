#include "platform/http/client/proxy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reprise::http {
namespace {

using Environment = std::vector<std::pair<std::string, std::string>>;
using testing::HasSubstr;
using testing::Not;

struct ProxyCase {
  const char* value;
  const char* shown;
  const char* authorization = "";
};
TEST(ProxyRulesTest, ReadTheProxy) {
  for (const auto& c :
       {ProxyCase{"http://proxy:3128", "proxy:3128"},
        ProxyCase{"proxy.example:8080", "proxy.example:8080"},
        ProxyCase{"HTTP://proxy/", "proxy:80"}, ProxyCase{"http://[::1]:3128", "[::1]:3128"},
        ProxyCase{"http://u:p@proxy:1", "proxy:1", "Basic dTpw"},
        ProxyCase{"http://u%40x:p%3A@proxy:1", "proxy:1", "Basic dUB4OnA6"},
        ProxyCase{"http://u@proxy:1", "proxy:1", "Basic dTo="}}) {
    const auto rules = read_proxy_rules({{"HTTPS_PROXY", c.value}});
    ASSERT_TRUE(rules.has_value()) << c.value;
    EXPECT_EQ(rules->https->shown, c.shown);
    EXPECT_EQ(rules->https->authorization, c.authorization);
  }
}

TEST(ProxyRulesTest, SmallLettersCountFirstAndEmptyIsNotSet) {
  const auto shown = [](const Environment& environment) {
    const auto rules = read_proxy_rules(environment);
    return rules->https ? rules->https->shown : "none";
  };
  EXPECT_EQ(shown({{"HTTPS_PROXY", "a:1"}, {"https_proxy", "b:1"}}), "b:1");
  EXPECT_EQ(shown({{"HTTPS_PROXY", "a:1"}, {"https_proxy", ""}}), "a:1");
  EXPECT_EQ(shown({{"HTTP_PROXY", "a:1"}}), "none");
  EXPECT_EQ(shown({}), "none");
}

TEST(ProxyRulesTest, RefuseTheRestWithoutTellingThePassword) {
  for (const char* value :
       {"https://u:secret@proxy:1", "socks5://u:secret@proxy:1", "http://u:secret@", "u:secret@:1",
        "http://u:secret@proxy:99999", "http://u:secret%4@proxy:1", "http://u:secret@pro xy:1",
        "http://u:secret@proxy?x"}) {
    const auto rules = read_proxy_rules({{"https_proxy", value}});
    ASSERT_FALSE(rules.has_value()) << value;
    EXPECT_THAT(rules.error().client_message, HasSubstr("https_proxy"));
    EXPECT_THAT(rules.error().client_message, Not(HasSubstr("secret")));
  }
}

struct DirectCase {
  const char* no_proxy;
  const char* host;
  const char* port;
  bool direct;
};
class NoProxyTest : public testing::TestWithParam<DirectCase> {};
TEST_P(NoProxyTest, DecidesByTheHost) {
  const auto rules =
      read_proxy_rules({{"HTTPS_PROXY", "proxy:1"}, {"NO_PROXY", GetParam().no_proxy}});
  ASSERT_TRUE(rules.has_value());
  EXPECT_EQ(!proxy_for(*rules, GetParam().host, GetParam().port).has_value(), GetParam().direct);
}
INSTANTIATE_TEST_SUITE_P(
    Table, NoProxyTest,
    testing::Values(DirectCase{"", "example.com", "443", false},
                    DirectCase{"*", "example.com", "443", true},
                    DirectCase{"example.com", "example.com", "443", true},
                    DirectCase{"example.com", "EXAMPLE.com", "443", true},
                    DirectCase{"Example.COM", "example.com", "443", true},
                    DirectCase{"example.com", "a.example.com", "443", true},
                    DirectCase{".example.com", "a.example.com", "443", true},
                    DirectCase{"*.example.com", "a.example.com", "443", true},
                    DirectCase{".example.com", "example.com", "443", true},
                    DirectCase{"example.com", "badexample.com", "443", false},
                    DirectCase{"example.com", "example.com.evil", "443", false},
                    DirectCase{"a, example.com ,b", "example.com", "443", true},
                    DirectCase{"a example.com", "example.com", "443", true},
                    DirectCase{"example.com:443", "example.com", "443", true},
                    DirectCase{"example.com:8443", "example.com", "443", false},
                    DirectCase{"10.0.0.0/8", "10.1.2.3", "443", true},
                    DirectCase{"10.0.0.0/8", "11.1.2.3", "443", false},
                    DirectCase{"10.0.0.0/8", "name10.0.0.0", "443", false},
                    DirectCase{"192.0.2.1", "192.0.2.1", "443", true},
                    DirectCase{"192.0.2.1", "192.0.2.10", "443", false},
                    DirectCase{"2001:db8::/32", "2001:db8::7", "443", true},
                    DirectCase{"2001:db8::/32", "2001:db9::7", "443", false},
                    DirectCase{"[2001:db8::7]:443", "2001:db8::7", "443", true},
                    DirectCase{"[2001:db8::7]:444", "2001:db8::7", "443", false},
                    DirectCase{"10.0.0.0/99,/,:,.,,", "10.1.2.3", "443", false},
                    DirectCase{"10.0.0.0/99,/,:,.,,", "example.com", "443", false},
                    DirectCase{"", "localhost", "443", true},
                    DirectCase{"", "127.0.0.9", "443", true}, DirectCase{"", "::1", "443", true}));

}  // namespace
}  // namespace reprise::http
