#include "features/ingest/list_wish.hpp"

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/utf8.hpp"
#include "platform/http/page_json.hpp"

namespace reprise::ingest {
namespace {

using archive::RecordingMissing;
using archive::RecordingSort;
using session::RecordingState;

/// Far more than any model's name has.
constexpr std::size_t kModelBytesMax = 200;

std::unexpected<Error> must_be(std::string_view name, std::string_view what) {
  return fail(ErrorCode::Invalid, fmt::format("`{}` must be {}.", name, what));
}

/// An RFC 3339 time; empty when the parameter is absent.
Result<std::optional<std::int64_t>> time_of(const http::Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  if (!text) return std::nullopt;
  const auto utc_ns = parse_rfc3339(*text);
  if (!utc_ns) return must_be(name, "a date with time (RFC 3339), as in 2026-11-24T00:00:00Z");
  return utc_ns;
}

Status read_filter(const http::Request& request, archive::RecordingFilter& filter) {
  if (const auto chat = request.query_value("chat")) {
    if (!is_uuid(*chat)) return must_be("chat", "the id of a chat");
    filter.chat = session::ChatId(std::string(*chat));
  }
  if (const auto state = request.query_value("state")) {
    filter.state = enum_from_text<RecordingState>(*state);
    if (!filter.state || *filter.state == RecordingState::Erased) {
      return must_be("state", "one of recording, complete, complete_with_gaps");
    }
  }
  if (const auto missing = request.query_value("missing")) {
    filter.missing = enum_from_text<RecordingMissing>(*missing);
    if (!filter.missing) return must_be("missing", "one of none, some");
  }
  const auto from = time_of(request, "from");
  if (!from) return std::unexpected(from.error());
  filter.from_utc_ns = *from;
  const auto before = time_of(request, "before");
  if (!before) return std::unexpected(before.error());
  filter.before_utc_ns = *before;
  if (const auto model = request.query_value("model")) {
    if (model->empty() || model->size() > kModelBytesMax || !is_utf8(*model)) {
      return must_be("model", "the name of a model");
    }
    filter.model = std::string(*model);
  }
  return {};
}

}  // namespace

Result<ListWish> list_wish(const http::Request& request) {
  const auto page = http::page_wish(request);
  if (!page) return std::unexpected(page.error());
  ListWish wish{.page = *page, .filter = {}};
  if (auto read = read_filter(request, wish.filter); !read) return std::unexpected(read.error());
  if (const auto sort = request.query_value("sort")) {
    const auto known = enum_from_text<RecordingSort>(*sort);
    if (!known) return must_be("sort", "one of newest, oldest, longest");
    wish.sort = *known;
  }
  return wish;
}

}  // namespace reprise::ingest
