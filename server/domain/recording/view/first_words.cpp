#include "domain/recording/view/first_words.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <span>
#include <string_view>

#include "base/text.hpp"

namespace reprise::recording {
namespace {

/// Fewer words than this do not tell what a talk is about.
constexpr std::size_t kSentenceWordsMin = 3;
/// No greeting in the list has more words.
constexpr std::size_t kGreetingWordsMax = 6;

/// Greetings in the languages that speech models hear most.
constexpr std::array<std::string_view, 98> kGreetings{
    "hello",
    "hello there",
    "hi",
    "hi there",
    "hey",
    "hey there",
    "good morning",
    "good afternoon",
    "good evening",
    "good day",
    "greetings",
    "how are you",
    "how are you today",
    "how are you doing",
    "how do you do",
    "nice to meet you",
    "what's up",
    "hallo",
    "guten morgen",
    "guten tag",
    "guten abend",
    "grüß gott",
    "servus",
    "moin",
    "wie geht's",
    "wie geht es dir",
    "wie geht es ihnen",
    "bonjour",
    "bonsoir",
    "salut",
    "coucou",
    "comment ça va",
    "ça va",
    "hola",
    "buenos días",
    "buenas tardes",
    "buenas noches",
    "qué tal",
    "cómo estás",
    "olá",
    "oi",
    "bom dia",
    "boa tarde",
    "boa noite",
    "tudo bem",
    "ciao",
    "salve",
    "buongiorno",
    "buonasera",
    "come stai",
    "goedemorgen",
    "goedemiddag",
    "goedendag",
    "goedenavond",
    "hej",
    "hejsan",
    "god morgon",
    "god dag",
    "god morgen",
    "hei",
    "moi",
    "terve",
    "cześć",
    "dzień dobry",
    "dobry wieczór",
    "ahoj",
    "dobrý den",
    "szia",
    "jó napot",
    "bună",
    "bună ziua",
    "merhaba",
    "selam",
    "günaydın",
    "привет",
    "здравствуйте",
    "здравствуй",
    "доброе утро",
    "добрый день",
    "добрый вечер",
    "привіт",
    "доброго дня",
    "γεια σου",
    "γεια σας",
    "καλημέρα",
    "שלום",
    "مرحبا",
    "أهلا",
    "السلام عليكم",
    "नमस्ते",
    "สวัสดี",
    "xin chào",
    "你好",
    "您好",
    "早上好",
    "こんにちは",
    "おはようございます",
    "안녕하세요",
};

/// Who is greeted, as it is said after a greeting.
constexpr std::array<std::string_view, 20> kGreeted{
    "to you",       "to you all",    "to you too",     "to all of you", "to everyone",
    "to everybody", "everyone",      "everybody",      "all",           "again",
    "my friend",    "my dear",       "my dear friend", "my friends",    "zusammen",
    "à tous",       "tout le monde", "a todos",        "a tutti",       "всем",
};
/// A written text says what it is about within as many letters.
constexpr std::size_t kWrittenLettersMax = 1'000;

constexpr std::string_view kAsciiSigns = " .,!?;:-\"'()";
constexpr std::array<std::string_view, 12> kSigns{"。", "，", "、", "！", "？", "…",
                                                  "¡",  "¿",  "،",  "؟",  "।",  "–"};

/// The text without the punctuation and white space at its beginning.
std::string_view without_leading_signs(std::string_view text) {
  for (;;) {
    const auto rest = text::without_leading_space(text);
    text = rest;
    if (!text.empty() && kAsciiSigns.contains(text.front())) text.remove_prefix(1);
    for (const auto sign : kSigns) {
      if (text.starts_with(sign)) text.remove_prefix(sign.size());
    }
    if (text.size() == rest.size()) return text;
  }
}

std::string_view without_signs(std::string_view word) {
  word = without_leading_signs(word);
  for (;;) {
    const auto size = word.size();
    if (!word.empty() && kAsciiSigns.contains(word.back())) word.remove_suffix(1);
    for (const auto sign : kSigns) {
      if (word.ends_with(sign)) word.remove_suffix(sign.size());
    }
    if (word.size() == size) return word;
  }
}

/// Whether punctuation follows the word.
bool ends_phrase(std::string_view word) { return !word.ends_with(without_signs(word)); }

/// Phrases as keys: only their words, without what stands between them. Scripts without spaces have
/// nothing between words, and ICU may cut a greeting in the middle.
using Keys = std::set<std::string, std::less<>>;
Keys keys_of(std::span<const std::string_view> phrases) {
  Keys made;
  for (const auto phrase : phrases) {
    std::string key;
    for (const auto word : text::words(phrase)) key += text::with_capital(without_signs(word));
    made.insert(std::move(key));
  }
  return made;
}

/// The number of words in the longest of the phrases at the beginning.
std::size_t longest_of(const Keys& phrases, std::span<const std::string_view> words) {
  std::size_t found = 0;
  std::string key;
  for (std::size_t i = 0; i < std::min(words.size(), kGreetingWordsMax); ++i) {
    key += text::with_capital(without_signs(words[i]));
    if (phrases.contains(key)) found = i + 1;
  }
  return found;
}

std::size_t greeting_words(std::span<const std::string_view> words) {
  static const Keys kKeys = keys_of(kGreetings);
  return longest_of(kKeys, words);
}

/// The number of words at the beginning that only greet: people may say several greetings, and whom
/// they greet.
std::size_t greeted_words(std::span<const std::string_view> words) {
  static const Keys kKeys = keys_of(kGreeted);
  std::size_t greeted = 0;
  for (;;) {
    const auto rest = words.subspan(greeted);
    if (const auto more = greeting_words(rest); more > 0) {
      greeted += more;
      continue;
    }
    if (greeted == 0 || rest.empty()) return greeted;
    // "Hello Gemini, how are you?", but not "Hello, say hi to my cat".
    const auto after_name = greeting_words(rest.subspan(1));
    const auto whom = after_name > 1 ? 1 : longest_of(kKeys, rest);
    const bool ends = whom > 0 && (whom == rest.size() || ends_phrase(rest[whom - 1]));
    if (after_name <= 1 && !ends) return greeted;
    greeted += whom;
  }
}

struct Sentence {
  std::string text;
  bool long_enough = false;
  bool greeting = false;
};

/// Removes greetings from the beginning: "Hello, what is that?" is about something.
Sentence sentence_of(std::string_view text) {
  const auto words = text::words(text);
  const auto greeted = greeted_words(words);
  const auto left = words.size() - greeted;
  if (greeted > 0 && left < kSentenceWordsMin) return {std::string(text), false, true};
  const auto rest =
      greeted == 0 ? text
                   : text.substr(static_cast<std::size_t>(words[greeted].data() - text.data()));
  return {std::string(greeted == 0 ? rest : without_leading_signs(rest)), left >= kSentenceWordsMin,
          false};
}

std::string shortened(const std::string& sentence) {
  std::string words;
  std::size_t letters = 0;
  for (const auto word : text::words(sentence)) {
    letters += text::letter_count(word);
    if (letters > kFirstWordsLettersMax) {
      return words.empty() ? text::cut(word, kFirstWordsLettersMax) : words;
    }
    words += word;
  }
  return words;
}

/// Collects the sentences of one speaker until one of them is long enough.
class Side {
 public:
  void add(const Turn& turn) {
    std::string text;
    for (const auto& word : turn.words) {
      if (found_) return;
      if (!word.heard) continue;
      text += word.text;
      if (text::ends_sentence(word.text)) take(std::exchange(text, {}));
    }
    if (!found_) take(text);
  }
  const std::optional<std::string>& sentence() const { return found_; }
  const std::string& shorter() const { return shorter_; }
  const std::string& greeting() const { return greeting_; }

 private:
  void take(std::string_view text) {
    text = text::without_leading_space(text);
    if (text::is_white_space(text)) return;
    auto sentence = sentence_of(text);
    if (sentence.long_enough) {
      found_ = std::move(sentence.text);
    } else if (auto& kept = sentence.greeting ? greeting_ : shorter_; kept.empty()) {
      kept = std::move(sentence.text);
    }
  }
  std::optional<std::string> found_;
  std::string shorter_;
  std::string greeting_;
};

}  // namespace

std::string first_words_of(const std::vector<Turn>& turns) {
  Side person;
  Side model;
  for (const auto& turn : turns) (turn.speaker == Speaker::Person ? person : model).add(turn);
  if (person.sentence()) return shortened(*person.sentence());
  if (model.sentence()) return shortened(*model.sentence());
  for (const auto* words :
       {&person.shorter(), &model.shorter(), &person.greeting(), &model.greeting()}) {
    if (!words->empty()) return shortened(*words);
  }
  return {};
}

bool begins_with_greeting(std::string_view text) {
  return greeting_words(text::words(text::cut(text, kFirstWordsLettersMax))) > 0;
}

std::string first_words_of_text(std::string_view text) {
  const std::string beginning = text::cut(text, kWrittenLettersMax);
  Turn written;
  for (const auto word : text::words(beginning)) written.words.push_back({std::string(word)});
  Side side;
  side.add(written);
  return shortened(side.sentence() ? *side.sentence() : side.shorter());
}

}  // namespace reprise::recording
