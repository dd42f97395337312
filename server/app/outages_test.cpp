#include "app/outages.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <system_error>

#include "base/run_alone.hpp"
#include "platform/blob/blob.hpp"
#include "platform/database/database.hpp"

namespace reprise::app {
namespace {

using database::DatabaseError;
using database::Failure;

struct OutageCase {
  const char* name;
  std::function<void()> outage;
  int status;
};
class OutagesTest : public testing::TestWithParam<OutageCase> {};

Task<http::Response> meet(std::function<void()> outage, http::Request) {
  outage();
  co_return http::no_content();
}

TEST_P(OutagesTest, AreAnswered) {
  const auto routes = with_outages_answered(
      {{http::Method::Get, "/", [outage = GetParam().outage](http::Request request) {
          return meet(outage, std::move(request));
        }}});
  EXPECT_EQ(run_alone(routes[0].handler(http::Request{})).status, GetParam().status);
}

Task<http::Authenticated> ask_nobody(const http::Request&) {
  throw DatabaseError(Failure::Unavailable, "x");
}

TEST(Outages, TheGateAnswersThemToo) {
  const auto gate =
      with_outages_answered(http::Gate{.authenticate = ask_nobody, .door_of = nullptr});
  const http::Request request{};
  const auto answer = run_alone(gate.authenticate(request));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().status, 503);
}

INSTANTIATE_TEST_SUITE_P(
    Outages, OutagesTest,
    testing::Values(
        OutageCase{"None", [] {}, 204},
        OutageCase{"Full", [] { throw DatabaseError(Failure::Full, "x"); }, 507},
        OutageCase{"Busy", [] { throw DatabaseError(Failure::Busy, "x"); }, 503},
        OutageCase{"Broken", [] { throw DatabaseError(Failure::Unavailable, "x"); }, 503},
        OutageCase{"Damaged", [] { throw DatabaseError(Failure::Damaged, "x"); }, 500},
        OutageCase{"Disk", [] { throw blob::StoreFailed(blob::StoreFailure::Final, "x"); }, 503},
        OutageCase{"NoDescriptor",
                   [] { throw blob::StoreFailed(blob::StoreFailure::Passing, "x"); }, 503},
        OutageCase{"ViewFiles",
                   [] {
                     throw std::filesystem::filesystem_error(
                         "x", std::make_error_code(std::errc::io_error));
                   },
                   503},
        OutageCase{
            "System",
            [] { throw std::system_error(std::make_error_code(std::errc::too_many_files_open)); },
            503}),
    [](const auto& tested) { return tested.param.name; });

TEST(OutagesPassTest, OtherExceptionsPass) {
  const auto routes = with_outages_answered({{http::Method::Get, "/", [](http::Request request) {
                                                return meet([] { throw std::logic_error("bug"); },
                                                            std::move(request));
                                              }}});
  EXPECT_THROW(run_alone(routes[0].handler(http::Request{})), std::logic_error);
}

}  // namespace
}  // namespace reprise::app
