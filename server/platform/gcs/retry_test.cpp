#include "platform/gcs/retry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "platform/gcs/upload_progress.hpp"

namespace reprise::gcs {
namespace {

using http::FetchFault;
using namespace std::chrono_literals;

struct Row {
  Attempt attempt;
  Next always;
  Next conditional;
  Next never;
};

TEST(GcsRetry, FollowsGooglesTable) {
  constexpr auto kAccept = Next::Accept;
  constexpr auto kRepeat = Next::Repeat;
  constexpr auto kGiveUp = Next::GiveUp;
  const std::vector<Row> rows{
      {{.status = 200}, kAccept, kAccept, kAccept},
      {{.status = 308}, kAccept, kAccept, kAccept},
      {{.status = 400}, kAccept, kAccept, kAccept},
      {{.status = 403}, kAccept, kAccept, kAccept},
      {{.status = 404}, kAccept, kAccept, kAccept},
      {{.status = 412}, kAccept, kAccept, kAccept},
      {{.status = 501}, kAccept, kAccept, kAccept},
      {{.status = 401}, Next::NewToken, Next::NewToken, Next::NewToken},
      {{.status = 401, .token_was_renewed = true}, kAccept, kAccept, kAccept},
      {{.status = 408}, kRepeat, kRepeat, kGiveUp},
      {{.status = 429}, kRepeat, kRepeat, kGiveUp},
      {{.status = 500}, kRepeat, kRepeat, kGiveUp},
      {{.status = 502}, kRepeat, kRepeat, kGiveUp},
      {{.status = 503}, kRepeat, kRepeat, kGiveUp},
      {{.status = 504}, kRepeat, kRepeat, kGiveUp},
      {{.fault = FetchFault::Cut}, kRepeat, kRepeat, kGiveUp},
      {{.fault = FetchFault::AnswerLate}, kRepeat, kRepeat, kGiveUp},
      {{.fault = FetchFault::Refused}, kRepeat, kRepeat, kRepeat},
      {{.fault = FetchFault::ConnectLate}, kRepeat, kRepeat, kRepeat},
      {{.fault = FetchFault::NameUnknown}, kRepeat, kRepeat, kRepeat},
      {{.fault = FetchFault::NameLate}, kRepeat, kRepeat, kRepeat},
      {{.fault = FetchFault::Tls}, kRepeat, kRepeat, kRepeat},
      {{.fault = FetchFault::TlsTrust}, kGiveUp, kGiveUp, kGiveUp},
      {{.fault = FetchFault::TlsTime}, kGiveUp, kGiveUp, kGiveUp},
      {{.fault = FetchFault::Malformed}, kGiveUp, kGiveUp, kGiveUp},
      {{.fault = FetchFault::TooLarge}, kGiveUp, kGiveUp, kGiveUp},
      {{.fault = FetchFault::Request}, kGiveUp, kGiveUp, kGiveUp},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(std::to_string(row.attempt.status) + " " +
                 (row.attempt.fault ? std::to_string(static_cast<int>(*row.attempt.fault)) : ""));
    EXPECT_EQ(next_step(Repeatable::Always, row.attempt), row.always);
    EXPECT_EQ(next_step(Repeatable::WithPrecondition, row.attempt), row.conditional);
    EXPECT_EQ(next_step(Repeatable::Never, row.attempt), row.never);
  }
}

TEST(GcsRetry, WaitsLongerEachTimeUpToALimit) {
  EXPECT_EQ(wait_before(1, 1.0, {}), 100ms);
  EXPECT_EQ(wait_before(2, 1.0, {}), 200ms);
  EXPECT_EQ(wait_before(5, 0.5, {}), 800ms);
  EXPECT_EQ(wait_before(9, 1.0, {}), 25'600ms);
  EXPECT_EQ(wait_before(10, 1.0, {}), 30s);
  EXPECT_EQ(wait_before(1'000'000, 1.0, {}), 30s);
  EXPECT_EQ(wait_before(3, 0.0, {}), 0ms);
}

TEST(GcsRetry, WaitsAsLongAsTheServiceAsks) {
  EXPECT_EQ(wait_before(1, 0.5, 7s), 7s);
  EXPECT_EQ(wait_before(10, 1.0, 7s), 30s);
  EXPECT_EQ(wait_before(1, 0.0, 120s), 120s);
}

TEST(GcsUpload, NamesTheRangeOfEachPiece) {
  UploadProgress progress;
  EXPECT_EQ(progress.range_of(kPieceGrain, {}), "bytes 0-262143/*");
  ASSERT_TRUE(progress.learn("bytes=0-262143", kPieceGrain));
  EXPECT_EQ(progress.stored(), kPieceGrain);
  EXPECT_EQ(progress.range_of(5, kPieceGrain + 5), "bytes 262144-262148/262149");
  EXPECT_EQ(progress.range_of(0, kPieceGrain), "bytes */262144");
}

TEST(GcsUpload, GoesOnFromWhatIsStored) {
  UploadProgress progress;
  EXPECT_TRUE(progress.learn(std::nullopt, kPieceBytes));
  EXPECT_EQ(progress.stored(), 0U);
  EXPECT_TRUE(progress.learn("bytes=0-262143", kPieceBytes)) << "less than was sent";
  EXPECT_TRUE(progress.learn("bytes=0-262143", kPieceBytes)) << "no more than before";
  EXPECT_EQ(progress.stored(), kPieceGrain);
}

TEST(GcsUpload, AnAnswerThatContradictsWhatWasSentIsRefused) {
  for (const char* range :
       {"bytes=0-100", "bytes=1-99", "bytes=0-", "bytes=0-1x", "bytes 0-5", "bytes=0--1", "",
        "bytes=0-18446744073709551615", "bytes=0-99999999999999999999"}) {
    UploadProgress progress;
    EXPECT_FALSE(progress.learn(range, 100)) << range;
    EXPECT_EQ(progress.stored(), 0U);
  }
  UploadProgress progress;
  ASSERT_TRUE(progress.learn("bytes=0-99", 100));
  EXPECT_FALSE(progress.learn("bytes=0-50", 200));
  EXPECT_FALSE(progress.learn(std::nullopt, 200));
  EXPECT_EQ(progress.stored(), 100U);
}

}  // namespace
}  // namespace reprise::gcs
