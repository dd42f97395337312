#include "emulator/options.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace reprise::emulator {
namespace {

using Arguments = std::vector<const char*>;

TEST(Options, HaveDefaults) {
  const auto options = read_options({});
  EXPECT_EQ(options->host, "localhost");
  EXPECT_EQ(options->port, 8081);
  EXPECT_EQ(options->key, "emulator-key");
  EXPECT_FALSE(options->seed.has_value());
}

TEST(Options, AreReadInBothForms) {
  const Arguments arguments{"--listen",   "127.0.0.1:0", "--seed=7",
                            "--scenario", "a.yaml",      "--key=k"};
  const auto options = read_options(arguments);
  ASSERT_TRUE(options.has_value());
  EXPECT_EQ(options->host, "127.0.0.1");
  EXPECT_EQ(options->port, 0);
  EXPECT_EQ(options->seed, 7U);
  EXPECT_EQ(options->scenario_path, "a.yaml");
  EXPECT_EQ(options->key, "k");
  EXPECT_EQ(read_options(Arguments{"--listen", "[::1]:80"})->host, "::1");
  EXPECT_TRUE(read_options(Arguments{"--help"})->help);
}

TEST(Options, AreRefusedWithTheirName) {
  for (const Arguments& arguments :
       {Arguments{"--listen"}, Arguments{"--listen", "80"},
        Arguments{"--listen", "localhost:99999"}, Arguments{"--listen", ":80"},
        Arguments{"--seed", "-1"}, Arguments{"--seed", "x"}, Arguments{"--seed="},
        Arguments{"--lisen", "a:1"}, Arguments{"serve"}}) {
    const auto options = read_options(arguments);
    ASSERT_FALSE(options.has_value()) << arguments[0];
    const std::string name = std::string(arguments[0]).substr(0, 6);
    EXPECT_NE(options.error().find(name), std::string::npos) << options.error();
  }
}

}  // namespace
}  // namespace reprise::emulator
