#include "app/descriptors.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace reprise::app {
namespace {

TEST(DescriptorsTest, SomeStayForTheServerItself) {
  for (const auto& [limit, connections] :
       std::vector<std::pair<std::uint64_t, std::size_t>>{{128, 32},
                                                          {256, 64},
                                                          {800, 200},
                                                          {1024, 312},
                                                          {8592, 4096},
                                                          {524'288, 4096},
                                                          {RLIM_INFINITY, 4096}}) {
    EXPECT_EQ(connections_for(limit, 4096).value(), connections) << limit;
  }
}

TEST(DescriptorsTest, TooFewAreASentence) {
  for (const std::uint64_t limit : {0, 20, 127}) {
    const auto refused = connections_for(limit, 4096);
    ASSERT_FALSE(refused.has_value()) << limit;
    EXPECT_NE(refused.error().client_message.find("ulimit -n"), std::string::npos);
  }
}

TEST(DescriptorsTest, TheSoftLimitBecomesTheHardOne) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = std::min<rlim_t>(256, before.rlim_max);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(raise_open_files(), before.rlim_max);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

}  // namespace
}  // namespace reprise::app
