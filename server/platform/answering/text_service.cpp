#include "platform/answering/text_service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/log.hpp"

namespace reprise::answering {

namespace {

constexpr int kOk = 200;
constexpr std::size_t kErrorBytesMax = 256 * 1024;
constexpr std::chrono::seconds kErrorBodyWithin{5};

bool is_busy(int status) { return status == 500 || status == 503; }

/// The whole of a short answer: an error.
Task<http::ClientResponse> whole(http::StreamedAnswer& stream) {
  http::ClientResponse answer{.status = stream.status(), .headers = stream.headers()};
  const Deadline deadline = Deadline::after(kErrorBodyWithin);
  while (answer.body.size() < kErrorBytesMax) {
    const auto piece = co_await stream.next(deadline);
    if (!piece || piece->empty()) break;
    answer.body += *piece;
  }
  co_return answer;
}

constexpr std::array<std::string_view, 5> kKinds{"text", "pictures", "sound", "video", "documents"};

}  // namespace

NoAnswer no_list(std::string_view service) {
  return {.error = {.code = ErrorCode::UpstreamRefused,
                    .client_message = fmt::format("{} does not list its models.", service),
                    .log_detail = {},
                    .type = "model-request-refused"}};
}

bool is_kind(std::string_view kind) { return std::ranges::find(kKinds, kind) != kKinds.end(); }

std::string_view kind_of(std::string_view media_type) {
  if (media_type.starts_with("text/") || media_type == "application/json") return "text";
  if (media_type.starts_with("image/")) return "pictures";
  if (media_type.starts_with("audio/")) return "sound";
  if (media_type.starts_with("video/")) return "video";
  return "documents";
}

bool takes(const ServiceFacts& facts, std::string_view media_type) {
  return std::ranges::find(facts.takes, kind_of(media_type)) != facts.takes.end();
}

Task<Answer<std::unique_ptr<http::StreamedAnswer>>> open_patiently(
    OpenStream open, http::ClientRequest request,
    std::function<NoAnswer(const http::ClientResponse&)> refused,
    std::function<NoAnswer(const http::FetchError&)> failed) {
  auto wait = kFirstWait;
  for (int tries = 1;; ++tries, wait *= 2) {
    auto opened = co_await open(request);
    if (!opened) co_return std::unexpected(failed(opened.error()));
    const int status = (*opened)->status();
    if (status == kOk) co_return std::move(*opened);
    NoAnswer no = refused(co_await whole(**opened));
    log::warn("model.no_answer", {{"type", no.error.type}, {"what", no.error.log_detail}});
    if (!is_busy(status) || tries == kTriesMax) co_return std::unexpected(std::move(no));
    opened->reset();
    co_await sleep_for(wait);
  }
}

}  // namespace reprise::answering
