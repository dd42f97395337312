#include "emulator/talk/memory.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "emulator/talk/wording.hpp"

namespace reprise::emulator {

std::string about_before(std::string_view asked, const std::vector<std::string>& before) {
  const std::string small = lower(asked);
  const bool question = has_any(
      small, {"did i ask", "did i just ask", "have i asked", "what i asked", "my first question",
              "my last question", "my question was", "my previous question", "was my question"});
  const bool said =
      has_any(small, {"did i say", "did i just say", "did i tell", "have i said", "have i told",
                      "said before", "what i said", "what i told", "my first message",
                      "my last message", "my previous message", "did we talk about",
                      "have we talked about", "did i write", "have i written", "what i wrote"});
  if (!question && !said) return {};
  const bool first = has_any(small, {"first", "at the beginning", "at the start"});
  if (before.empty()) return question ? "You asked nothing before." : "You said nothing before.";
  return fmt::format("{}, you {}: {}", first ? "First" : "Before", question ? "asked" : "said",
                     text::cut(first ? before.front() : before.back(), Memory::kLettersMax));
}

}  // namespace reprise::emulator
