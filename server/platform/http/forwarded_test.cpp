#include "platform/http/forwarded.hpp"

#include <gtest/gtest.h>

namespace reprise::http {
namespace {

std::string client(const char* trusted, const char* peer, std::vector<std::string> forwarded) {
  Headers headers;
  for (std::string& value : forwarded) headers.add("x-forwarded-for", std::move(value));
  return TrustedProxies::read(trusted).value().client_address(peer, headers);
}

TEST(TrustedProxies, OnlyTheirForwardedHeadersCount) {
  EXPECT_EQ(client("", "192.0.2.1", {"198.51.100.7"}), "192.0.2.1");
  EXPECT_EQ(client("10.0.0.0/8", "192.0.2.1", {"198.51.100.7"}), "192.0.2.1");
  EXPECT_EQ(client("10.0.0.0/8", "10.1.2.3", {"198.51.100.7"}), "198.51.100.7");
  EXPECT_EQ(client("10.0.0.0/8", "10.1.2.3", {}), "10.1.2.3");
  EXPECT_EQ(client("10.0.0.0/8", "11.1.2.3", {"198.51.100.7"}), "11.1.2.3");
  EXPECT_EQ(client("172.16.0.0/12", "172.31.0.1", {"198.51.100.7"}), "198.51.100.7");
  EXPECT_EQ(client("172.16.0.0/12", "172.32.0.1", {"198.51.100.7"}), "172.32.0.1");
  EXPECT_EQ(client("::1", "::1", {"2001:db8::1"}), "2001:db8::1");
  EXPECT_EQ(client("127.0.0.1", "::ffff:127.0.0.1", {"198.51.100.7"}), "198.51.100.7");
  EXPECT_EQ(client("0.0.0.0/0", "::1", {"198.51.100.7"}), "::1");
}

TEST(TrustedProxies, TheLastAddressThatIsNoProxyCounts) {
  const char* trusted = "10.0.0.0/8, 192.0.2.9";
  EXPECT_EQ(client(trusted, "10.1.2.3", {"203.0.113.66, 198.51.100.7"}), "198.51.100.7")
      << "what the client itself sent stands in front";
  EXPECT_EQ(client(trusted, "10.1.2.3", {"203.0.113.66", "198.51.100.7, 192.0.2.9"}),
            "198.51.100.7");
  EXPECT_EQ(client(trusted, "10.1.2.3", {"10.0.0.1, 10.0.0.2"}), "10.0.0.1");
  EXPECT_EQ(client(trusted, "10.1.2.3", {"198.51.100.7, unknown"}), "10.1.2.3");
  EXPECT_EQ(client(trusted, "10.1.2.3", {"198.51.100.7:4711"}), "198.51.100.7");
  EXPECT_EQ(client(trusted, "10.1.2.3", {"[2001:db8::1]:4711"}), "2001:db8::1");
  EXPECT_EQ(client(trusted, "10.1.2.3", {"2001:db8::1"}), "2001:db8::1");
}

TEST(TrustedProxies, WhatIsNoAddressIsRefused) {
  for (const char* list : {"nginx", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "::1/129",
                           "10.0.0.1, x", "10.0.0.0/8x", "10.0.0"}) {
    EXPECT_FALSE(TrustedProxies::read(list)) << list;
  }
  EXPECT_TRUE(TrustedProxies::read(" 10.0.0.0/8 , ::/0 ,,"));
}

TEST(Address, OnlyAPartIsKept) {
  for (const auto& [address, prefix, one] :
       std::initializer_list<std::tuple<const char*, const char*, const char*>>{
           {"192.0.2.77", "192.0.2.0/24", "192.0.2.77"},
           {"::ffff:192.0.2.77", "192.0.2.0/24", "192.0.2.77"},
           {"2001:db8:1:2:3:4:5:6", "2001:db8:1::/48", "2001:db8:1:2::/64"},
           {"fe80::1%eth0", "fe80::/48", "fe80::/64"},
           {"localhost", "", ""},
           {"", "", ""}}) {
    EXPECT_EQ(address_prefix(address), prefix) << address;
    EXPECT_EQ(subscriber(address), one) << address;
  }
}

}  // namespace
}  // namespace reprise::http
