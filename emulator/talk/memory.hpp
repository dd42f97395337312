#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"

namespace reprise::emulator {

/// The answer to a question about the conversation itself, as "What did I ask you before?"; empty:
/// it is none. `before`: what the person typed and said, the oldest first.
std::string about_before(std::string_view asked, const std::vector<std::string>& before);

/// What the person said in a session, typed and spoken. Copies share the words: one is kept with
/// each handle that resumes the session.
class Memory {
 public:
  /// Above this many nothing more is remembered.
  static constexpr std::size_t kSaidMax = 256;
  /// Of each only so many letters, since no more are ever said again.
  static constexpr std::size_t kLettersMax = 400;
  void add(const std::string& said) {
    if (said_.size() == kSaidMax || said.empty()) return;
    said_.push_back(std::make_shared<const std::string>(text::cut(said, kLettersMax)));
  }
  void add_all(const std::vector<std::string>& said) {
    for (const std::string& one : said) add(one);
  }
  /// As `about_before`; remembers what was asked.
  std::string answer_about(const std::string& asked) {
    std::vector<std::string> before;
    if (!said_.empty()) before = {*said_.front(), *said_.back()};
    std::string answer = about_before(asked, before);
    add(asked);
    return answer;
  }

 private:
  std::vector<std::shared_ptr<const std::string>> said_;
};

}  // namespace reprise::emulator
