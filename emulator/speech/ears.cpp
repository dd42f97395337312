#include "emulator/speech/ears.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/speech/commands.hpp"

extern "C" {
#include <pocketsphinx.h>
#include <sphinxbase/err.h>
#include <sphinxbase/jsgf.h>
}

namespace reprise::emulator {
namespace {

constexpr const char* kModel = "/usr/share/pocketsphinx/model/en-us/en-us";
constexpr const char* kDictionary = "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict";
constexpr const char* kLanguage = "/usr/share/pocketsphinx/model/en-us/en-us.lm.bin";

// A grammar matches any sound to one of its sentences, so a least confidence is needed. Scores are
// per 10 ms frame, relative to the best of all sounds (-compallsen). Measured 2026-11-24 on flite's
// rms and slt: commands have -30 … -66 in their words and -24 … -38 over the whole utterance; other
// sentences are below -70 or below -44.
constexpr double kWordsFloor = -68;
constexpr double kWholeFloor = -42;
// The English model takes noise for one very long word (3.5 s measured). The longest real word took
// 1 s.
constexpr int kWordFramesMax = 120;

struct DecoderClosed {
  void operator()(ps_decoder_t* decoder) const { ps_free(decoder); }
};
using Decoder = std::unique_ptr<ps_decoder_t, DecoderClosed>;

struct Heard {
  std::string words;
  double words_score = 0;  // mean per frame
  double whole_score = 0;
  int longest_word_frames = 0;
};

// "read(2)" is the second pronunciation of "read"
std::string without_variant(std::string_view word) {
  return std::string(word.substr(0, word.find('(')));
}

Heard decode(ps_decoder_t* decoder, const char* search, std::span<const std::int16_t> utterance) {
  if (ps_set_search(decoder, search) != 0 || ps_start_stream(decoder) != 0 ||
      ps_start_utt(decoder) != 0) {
    throw std::runtime_error("The recogniser did not start.");
  }
  ps_process_raw(decoder, utterance.data(), utterance.size(), 0, 1);
  ps_end_utt(decoder);
  Heard heard;
  double words_sum = 0;
  double whole_sum = 0;
  int words_frames = 0;
  int whole_frames = 0;
  std::int32_t score = 0;
  if (ps_get_hyp(decoder, &score) == nullptr) return heard;
  for (ps_seg_t* segment = ps_seg_iter(decoder); segment != nullptr;
       segment = ps_seg_next(segment)) {
    int first = 0;
    int last = 0;
    std::int32_t acoustic = 0;
    ps_seg_frames(segment, &first, &last);
    ps_seg_prob(segment, &acoustic, nullptr, nullptr);
    const int frames = last - first + 1;
    const std::string_view word = ps_seg_word(segment);
    whole_sum += acoustic;
    whole_frames += frames;
    if (word.empty() || word[0] == '<' || word[0] == '[' || word[0] == '+' || word[0] == '(') {
      continue;  // silence, noise, grammar states
    }
    words_sum += acoustic;
    words_frames += frames;
    heard.longest_word_frames = std::max(heard.longest_word_frames, frames);
    heard.words += (heard.words.empty() ? "" : " ") + without_variant(word);
  }
  if (words_frames > 0) heard.words_score = words_sum / words_frames;
  if (whole_frames > 0) heard.whole_score = whole_sum / whole_frames;
  return heard;
}

/// The same as ps_set_jsgf_string, but without leaking the grammar.
bool add_commands(ps_decoder_t* decoder) {
  const std::string text(kCommandGrammar);
  const std::unique_ptr<jsgf_t, decltype(&jsgf_grammar_free)> grammar(
      jsgf_parse_string(text.c_str(), nullptr), &jsgf_grammar_free);
  if (!grammar) return false;
  const auto weight = static_cast<float>(cmd_ln_float_r(ps_get_config(decoder), "-lw"));
  const std::unique_ptr<fsg_model_t, decltype(&fsg_model_free)> states(
      jsgf_build_fsg(grammar.get(), jsgf_get_public_rule(grammar.get()), ps_get_logmath(decoder),
                     weight),
      &fsg_model_free);
  return states && ps_set_fsg(decoder, "commands", states.get()) == 0;
}

Decoder make_decoder() {
  err_set_logfp(nullptr);
  cmd_ln_t* config = cmd_ln_init(nullptr, ps_args(), TRUE,  //
                                 "-hmm", kModel, "-dict", kDictionary, "-fwdflat", "no",
                                 "-compallsen", "yes", "-cmn", "batch", nullptr);
  Decoder decoder(config == nullptr ? nullptr : ps_init(config));
  if (config != nullptr) cmd_ln_free_r(config);
  if (!decoder || !add_commands(decoder.get())) {
    throw std::runtime_error("Cannot load the speech model (Debian package pocketsphinx-en-us).");
  }
  return decoder;
}

std::string understand_with(ps_decoder_t* decoder, std::span<const std::int16_t> utterance,
                            const std::function<bool()>& wanted) {
  const Heard command = decode(decoder, "commands", utterance);
  if (!command.words.empty() && command.words_score >= kWordsFloor &&
      command.whole_score >= kWholeFloor) {
    return command.words;
  }
  if (!wanted()) return {};
  if (ps_get_lm(decoder, "english") == nullptr &&
      ps_set_lm_file(decoder, "english", kLanguage) != 0) {
    throw std::runtime_error("Cannot load the language model (package pocketsphinx-en-us).");
  }
  const Heard english = decode(decoder, "english", utterance);
  return english.longest_word_frames > kWordFramesMax ? std::string() : english.words;
}

}  // namespace

struct Ears::State {
  std::size_t may_make = 0;
  std::vector<Decoder> idle;
  std::mutex mutex;
  std::condition_variable returned;

  Decoder take() {
    std::unique_lock lock(mutex);
    returned.wait(lock, [this] { return !idle.empty() || may_make > 0; });
    if (!idle.empty()) {
      Decoder decoder = std::move(idle.back());
      idle.pop_back();
      return decoder;
    }
    --may_make;
    return nullptr;  // the caller makes one, outside the lock
  }

  void give_back(Decoder decoder) {
    {
      const std::lock_guard lock(mutex);
      if (decoder) {
        idle.push_back(std::move(decoder));
      } else {
        ++may_make;
      }
    }
    returned.notify_one();
  }
};

Ears::Ears(std::size_t recognisers) : state_(std::make_unique<State>()) {
  state_->may_make = recognisers;
}
Ears::~Ears() = default;

std::string Ears::understand(std::span<const std::int16_t> utterance,
                             const std::function<bool()>& wanted) {
  if (!wanted()) return {};
  Decoder decoder = state_->take();
  try {
    if (!decoder) decoder = make_decoder();
    std::string text = understand_with(decoder.get(), utterance, wanted);
    state_->give_back(std::move(decoder));
    return text;
  } catch (...) {
    state_->give_back(nullptr);
    throw;
  }
}

}  // namespace reprise::emulator
