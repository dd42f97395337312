#include "platform/http/trace.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.hpp"
#include "base/digest.hpp"
#include "base/secret.hpp"

namespace reprise::http {
namespace {

constexpr std::size_t kTraceBytes = 16;
constexpr std::size_t kSpanBytes = 8;
constexpr std::string_view kVersion = "00";
constexpr std::string_view kForbiddenVersion = "ff";
constexpr std::size_t kTraceAt = 3;  // 00-<32>-<16>-<2>
constexpr std::size_t kSpanAt = kTraceAt + 2 * kTraceBytes + 1;
constexpr std::size_t kFlagsAt = kSpanAt + 2 * kSpanBytes + 1;
constexpr std::size_t kLength = kFlagsAt + 2;

bool is_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) {
  return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

bool is_trace_parent(std::string_view text) {
  // A later version may add fields behind a dash.
  const bool later = text.size() > kLength && !text.starts_with(kVersion) && text[kLength] == '-';
  if (text.size() != kLength && !later) return false;
  const std::string_view version = text.substr(0, 2);
  return is_hex(version) && version != kForbiddenVersion && text[kTraceAt - 1] == '-' &&
         text[kSpanAt - 1] == '-' && text[kFlagsAt - 1] == '-' &&
         is_id(text.substr(kTraceAt, 2 * kTraceBytes)) &&
         is_id(text.substr(kSpanAt, 2 * kSpanBytes)) && is_hex(text.substr(kFlagsAt, 2));
}

/// The lowest bit of the second digit.
bool is_sampled(std::string_view flags) {
  return std::string_view("13579bdf").contains(flags.back());
}

}  // namespace

TraceContext trace_of(const Headers& headers) {
  TraceContext trace{
      .trace_id = {}, .span_id = hex(random_bytes(kSpanBytes)), .parent_span_id = {}};
  const std::string_view given = headers.find(kTraceParent).value_or("");
  if (!is_trace_parent(given)) {
    trace.trace_id = hex(random_bytes(kTraceBytes));
    return trace;
  }
  trace.trace_id = given.substr(kTraceAt, 2 * kTraceBytes);
  trace.parent_span_id = given.substr(kSpanAt, 2 * kSpanBytes);
  trace.sampled = is_sampled(given.substr(kFlagsAt, 2));
  return trace;
}

CallTrace call_trace(const TraceContext& trace) {
  CallTrace made{.sampled = trace.sampled};
  REPRISE_ASSERT(trace.trace_id.size() == made.trace_id.size());
  REPRISE_ASSERT(trace.span_id.size() == made.span_id.size());
  std::ranges::copy(trace.trace_id, made.trace_id.begin());
  std::ranges::copy(trace.span_id, made.span_id.begin());
  return made;
}

TraceContext child_of(const CallTrace& trace) {
  return {.trace_id = std::string(trace.trace_id.begin(), trace.trace_id.end()),
          .span_id = hex(random_bytes(kSpanBytes)),
          .parent_span_id = std::string(trace.span_id.begin(), trace.span_id.end()),
          .sampled = trace.sampled};
}

std::string trace_parent(const TraceContext& trace) {
  return fmt::format("{}-{}-{}-{}", kVersion, trace.trace_id, trace.span_id,
                     trace.sampled ? "01" : "00");
}

}  // namespace reprise::http
