#include "emulator/protocol/close.hpp"

#include "base/utf8.hpp"

namespace reprise::emulator::close_with {

http::CloseReason reason(std::uint16_t code, std::string_view text) {
  std::size_t length = 0;
  while (length < text.size()) {
    const std::size_t step = utf8_next(text.substr(length)).length;
    if (length + step > kReasonBytesMax) break;
    length += step;
  }
  return {code, std::string(text.substr(0, length))};
}

}  // namespace reprise::emulator::close_with
