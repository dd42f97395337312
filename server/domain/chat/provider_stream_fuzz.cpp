#include <cstdint>
#include <cstdlib>

#include "base/utf8.hpp"
#include "domain/chat/context.hpp"
#include "domain/chat/provider_stream.hpp"

// Reads any bytes as the stream of an answer: what comes out does not depend on how they are cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto read = [bytes](std::size_t step, chat::Dialect dialect) {
    chat::ProviderStream provider(dialect);
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      provider.feed(bytes.substr(at, step));
      const std::string piece = provider.take_text();
      if (!is_utf8(piece) || piece.contains('\0')) std::abort();
      text += piece;
    }
    provider.end();
    text += provider.take_text();
    const chat::Ending ending = provider.ending();
    if (ending.trouble && ending.trouble->detail.empty()) std::abort();
    if (!is_utf8(provider.reasoning())) std::abort();
    return std::pair(text, ending);
  };
  constexpr std::size_t kStep = 7;
  for (const auto dialect : {chat::Dialect::Gemini, chat::Dialect::OpenAi}) {
    if (read(bytes.size() + 1, dialect) != read(kStep, dialect)) std::abort();
    chat::title_in(chat::words_in(dialect, bytes));
  }
  return 0;
}
