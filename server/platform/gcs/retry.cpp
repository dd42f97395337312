#include "platform/gcs/retry.hpp"

#include <algorithm>

namespace reprise::gcs {
namespace {

using http::FetchFault;

constexpr std::chrono::milliseconds kFirstWait{100};
constexpr std::chrono::milliseconds kLongestWait{30'000};

/// True when the request certainly did not reach the bucket.
bool never_left(FetchFault fault) {
  return fault == FetchFault::NameLate || fault == FetchFault::NameUnknown ||
         fault == FetchFault::Refused || fault == FetchFault::ConnectLate ||
         fault == FetchFault::Tls;
}

/// True when the request may have been carried out although no answer came.
bool unknown(FetchFault fault) {
  return fault == FetchFault::AnswerLate || fault == FetchFault::Cut;
}

bool passes(int status) {
  return status == 408 || status == 429 || status == 500 || status == 502 || status == 503 ||
         status == 504;
}

}  // namespace

Next next_step(Repeatable repeatable, const Attempt& attempt) {
  if (attempt.fault) {
    if (never_left(*attempt.fault)) return Next::Repeat;
    const bool may = unknown(*attempt.fault) && repeatable != Repeatable::Never;
    return may ? Next::Repeat : Next::GiveUp;
  }
  if (attempt.status == 401 && !attempt.token_was_renewed) return Next::NewToken;
  if (!passes(attempt.status)) return Next::Accept;
  return repeatable == Repeatable::Never ? Next::GiveUp : Next::Repeat;
}

std::chrono::milliseconds wait_before(int count, double roll,
                                      std::optional<std::chrono::seconds> retry_after) {
  constexpr int kDoublingsMax = 20;  // far above the limit, far below an overflow
  const auto most =
      std::min(kLongestWait, kFirstWait * (1 << std::clamp(count - 1, 0, kDoublingsMax)));
  const std::chrono::milliseconds wait{
      static_cast<std::int64_t>(static_cast<double>(most.count()) * roll)};
  return std::max<std::chrono::milliseconds>(wait, retry_after.value_or(std::chrono::seconds(0)));
}

}  // namespace reprise::gcs
