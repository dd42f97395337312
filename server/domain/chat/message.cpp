#include "domain/chat/message.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace reprise::chat {

Status check_text(std::string_view text) {
  if (!is_utf8(text)) return fail(ErrorCode::Invalid, "`text` must be UTF-8.");
  if (text.contains('\0')) return fail(ErrorCode::Invalid, "`text` must not hold U+0000.");
  if (utf8_length(text) > kTextCharactersMax) {
    return fail(ErrorCode::Invalid,
                fmt::format("`text` must have at most {} characters.", kTextCharactersMax));
  }
  if (!text::is_visible(text)) {
    return fail(ErrorCode::Invalid, "`text` must hold something that can be seen.");
  }
  return {};
}

TakeOver take_over(std::int64_t pieces, std::int64_t age_ns) {
  constexpr std::int64_t kExpectedForNs = 60'000'000'000;
  return pieces == 0 && age_ns < kExpectedForNs ? TakeOver::BeginAnew : TakeOver::Fail;
}

Ending interrupted() {
  return {.state = State::Failed,
          .trouble = Trouble{"answer-interrupted",
                             "The server ended while this answer was being written. What came "
                             "before is kept; regenerate it to get a whole one."}};
}

}  // namespace reprise::chat
