#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reprise::emulator {

/// The answer to a question about the conversation itself, as "What did I ask you before?"; empty:
/// it is none. `before`: what the person typed and said, the oldest first.
std::string about_before(std::string_view asked, const std::vector<std::string>& before);

/// What the person said in a session, typed and spoken.
class Memory {
 public:
  /// Above this many nothing more is remembered.
  static constexpr std::size_t kSaidMax = 256;
  void add(std::string said) {
    if (said_.size() < kSaidMax && !said.empty()) said_.push_back(std::move(said));
  }
  void add_all(const std::vector<std::string>& said) {
    for (const std::string& one : said) add(one);
  }
  /// As `about_before`; remembers what was asked.
  std::string answer_about(const std::string& asked) {
    std::string answer = about_before(asked, said_);
    add(asked);
    return answer;
  }

 private:
  std::vector<std::string> said_;
};

}  // namespace reprise::emulator
