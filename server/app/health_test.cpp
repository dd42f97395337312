#include "app/health.hpp"

#include <gtest/gtest.h>

namespace reprise::app {
namespace {

TEST(Health, AsksTheOpsListenerWhetherItTakesRequests) {
  EXPECT_EQ(health_url({"localhost", 9464}), "http://127.0.0.1:9464/readyz");
  EXPECT_EQ(health_url({"::1", 9000}), "http://[::1]:9000/readyz");
}

TEST(Health, WhoListensEverywhereIsAskedOnThisMachine) {
  EXPECT_EQ(health_url({"0.0.0.0", 9464}), "http://127.0.0.1:9464/readyz");
  EXPECT_EQ(health_url({"::", 9464}), "http://127.0.0.1:9464/readyz");
}

TEST(Health, NobodyThereIsNotHealthy) {
  std::FILE* out = std::tmpfile();
  EXPECT_EQ(ask_health("http://127.0.0.1:1/readyz", out), 1);
  std::fclose(out);
}

}  // namespace
}  // namespace reprise::app
