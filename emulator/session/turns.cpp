#include "emulator/session/turns.hpp"

#include <algorithm>
#include <utility>

namespace reprise::emulator {
namespace {

constexpr std::size_t kChunkStep = kSpeechHz / 50;  // 20 ms
constexpr int kChunkStepsMin = 2;
constexpr int kChunkStepsMax = 10;
constexpr std::size_t kSentencesAhead = 2;
constexpr std::size_t kWordsInGroup = 3;
constexpr int kAudioTokensPerSecond = 25;
constexpr std::int64_t kFrameTokens = 70;
constexpr std::size_t kBytesPerToken = 4;

/// Rounded down.
std::int64_t audio_tokens(EarSamples samples) {
  return static_cast<std::int64_t>(samples.value) * kAudioTokensPerSecond / kEarHz;
}
std::int64_t audio_tokens(SpeechSamples samples) {
  return static_cast<std::int64_t>(samples.value) * kAudioTokensPerSecond / kSpeechHz;
}

/// Divides words into fragments as the API does: up to three words in each, with its own leading
/// space.
std::vector<std::string> fragments(std::string_view text) {
  std::vector<std::string> parts;
  std::size_t words = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (words % kWordsInGroup == 0) parts.emplace_back();
    if (words > 0) parts.back() += ' ';
    parts.back() += text.substr(at, end - at);
    ++words;
    at = end + 1;
  }
  return parts;
}

}  // namespace

Turns::Turns(TurnSettings settings) : settings_(settings), random_(settings.seed) {}

std::vector<TurnAction> Turns::on(TurnEvent event, TimePoint now) {
  actions_.clear();
  std::visit([&](auto& one) { handle(std::move(one), now); }, event);
  send_due(now);
  return std::exchange(actions_, {});
}

bool Turns::model_speaks() const {
  return generation_.has_value() && generation_->first_sent.has_value();
}

std::optional<TimePoint> Turns::next_wake() const {
  if (!generation_) return std::nullopt;
  if (generation_->complete) return played_out();
  if (!generation_->spoken.empty()) return generation_->next_chunk;
  return std::nullopt;
}

void Turns::handle(SpeechStarted, TimePoint) {
  person_speaks_ = true;
  if (settings_.interrupts) interrupt(OnInterrupt::KeepPrompt);
}

void Turns::handle(SpeechEnded ended, TimePoint) {
  person_speaks_ = false;
  ++hearings_waiting_;
  actions_.push_back(Recognise{++ids_, std::move(ended.pcm)});
}

void Turns::handle(SoundArrived arrived, TimePoint) {
  samples_uncounted_.value += arrived.samples.value;
  context_.prompt_audio += audio_tokens(samples_uncounted_);
  samples_uncounted_.value %= kEarHz / kAudioTokensPerSecond;
}

void Turns::handle(PictureArrived, TimePoint) { context_.prompt_image += kFrameTokens; }

void Turns::handle(TextArrived arrived, TimePoint) {
  context_.prompt_text += static_cast<std::int64_t>(arrived.text.size() / kBytesPerToken);
  interrupt(OnInterrupt::DropPrompt);
  prompts_.clear();
  add_prompt(std::move(arrived.text));
  start_next();
}

void Turns::handle(const ContentArrived& arrived, TimePoint) {
  const ClientContent& content = arrived.content;
  context_.prompt_text += static_cast<std::int64_t>(content.all_text.size() / kBytesPerToken);
  interrupt(OnInterrupt::DropPrompt);
  if (!content.user_text.empty()) unfinished_content_ = content.user_text;
  if (!content.turn_complete) return;
  std::string text = std::exchange(unfinished_content_, {});
  if (std::exchange(settings_.history_comes_first, false)) {
    start_next();  // the history itself gets no answer, but speech that came meanwhile does
    return;
  }
  if (!text.empty()) prompts_.clear();
  add_prompt(std::move(text));
  start_next();
}

void Turns::handle(Understood understood, TimePoint) {
  hearings_waiting_ -= hearings_waiting_ > 0 ? 1 : 0;
  if (!understood.text.empty()) {
    if (settings_.transcribe_input) {
      for (const std::string& part : fragments(understood.text)) {
        send(server_message::input_transcription(part));
      }
    }
    add_prompt(std::move(understood.text));
  }
  start_next();
}

void Turns::handle(AnswerDecided answer, TimePoint now) {
  if (!generation_ || generation_->id != answer.generation || generation_->decided) return;
  if (answer.sentences.empty()) {  // proactive models may stay silent
    generation_.reset();
    start_next();
    return;
  }
  generation_->decided = true;
  generation_->not_before = now + answer.delay;
  generation_->to_speak.assign(std::make_move_iterator(answer.sentences.begin()),
                               std::make_move_iterator(answer.sentences.end()));
  ask_for_speech();
}

void Turns::handle(SentenceSpoken spoken, TimePoint now) {
  if (!generation_ || generation_->id != spoken.generation) return;
  Generation& generation = *generation_;
  generation.speech_asked = false;
  if (generation.spoken.empty()) {
    generation.next_chunk = std::max({now, generation.next_chunk, generation.not_before});
  }
  if (!spoken.speech.pcm.empty()) generation.spoken.push_back(std::move(spoken.speech));
  ask_for_speech();
}

void Turns::handle(Tick, TimePoint) {}

void Turns::interrupt(OnInterrupt rule) {
  if (!generation_) return;
  if (!generation_->first_sent) {
    // Nothing of this answer was heard, so the person's words continue: the next answer is to all
    // of them.
    if (rule == OnInterrupt::KeepPrompt) {
      prompts_.insert(prompts_.begin(), std::move(generation_->prompt));
      --turns_;
    }
    generation_.reset();
    return;
  }
  send(server_message::interrupted());
  end_turn();
}

void Turns::add_prompt(std::string text) {
  if (prompts_.size() < kPromptsMax) prompts_.push_back(std::move(text));
}

void Turns::start_next() {
  if (generation_ || prompts_.empty() || person_speaks_ || hearings_waiting_ > 0 ||
      settings_.history_comes_first) {
    return;
  }
  std::string heard;
  for (const std::string& prompt : std::exchange(prompts_, {})) {
    if (!prompt.empty()) heard += (heard.empty() ? "" : " ") + prompt;
  }
  generation_.emplace();
  generation_->id = ++ids_;
  generation_->prompt = heard;
  actions_.push_back(Think{generation_->id, ++turns_, std::move(heard)});
}

void Turns::ask_for_speech() {
  Generation& generation = *generation_;
  if (generation.speech_asked || generation.to_speak.empty() ||
      generation.spoken.size() >= kSentencesAhead) {
    return;
  }
  generation.speech_asked = true;
  actions_.push_back(Synthesise{generation.id, std::move(generation.to_speak.front())});
  generation.to_speak.pop_front();
}

bool Turns::all_sent() const {
  return generation_->decided && generation_->spoken.empty() && generation_->to_speak.empty() &&
         !generation_->speech_asked;
}

TimePoint Turns::played_out() const {
  return *generation_->first_sent + duration_of(generation_->samples_sent);
}

void Turns::send_due(TimePoint now) {
  while (generation_ && !generation_->spoken.empty() && generation_->next_chunk <= now) {
    send_chunk(now);
  }
  if (!generation_ || !all_sent()) return;
  if (!generation_->first_sent) {  // no sentence had sound
    generation_.reset();
    start_next();
    return;
  }
  if (!generation_->complete) {
    generation_->complete = true;
    send(server_message::generation_complete());
  }
  if (now < played_out()) return;
  end_turn();
  start_next();
}

void Turns::send_chunk(TimePoint now) {
  Generation& generation = *generation_;
  const Speech& speech = generation.spoken.front();
  std::uniform_int_distribution<int> steps(kChunkStepsMin, kChunkStepsMax);
  const std::size_t begin = generation.sent_of_first;
  const std::size_t left = speech.pcm.size() - begin;
  std::size_t count = static_cast<std::size_t>(steps(random_)) * kChunkStep;
  if (left < count + kChunkStepsMin * kChunkStep) count = left;  // no very short chunk at the end
  send_words_before(begin + count);
  send(server_message::audio(std::span(speech.pcm).subspan(begin, count)));
  if (!generation.first_sent) generation.first_sent = now;
  generation.samples_sent.value += count;
  generation.sent_of_first += count;
  generation.next_chunk += duration_of(SpeechSamples(count)) / kPace;
  if (generation.sent_of_first < speech.pcm.size()) return;
  generation.spoken.pop_front();
  generation.sent_of_first = 0;
  generation.words_of_first = 0;
  ask_for_speech();
}

void Turns::send_words_before(std::size_t sample) {
  if (!settings_.transcribe_output) return;
  const std::vector<SpokenWord>& words = generation_->spoken.front().words;
  std::size_t& next = generation_->words_of_first;
  while (next < words.size() && words[next].begin < sample) {
    std::string group;
    const std::size_t end = std::min(next + kWordsInGroup, words.size());
    for (; next < end; ++next) group += " " + words[next].text;
    send(server_message::output_transcription(group));
  }
}

void Turns::end_turn() {
  server_message::Usage usage = context_;
  usage.response_audio = audio_tokens(generation_->samples_sent);
  send(server_message::turn_complete(usage, settings_.says_idle));
  context_.prompt_audio += usage.response_audio;  // the answer is part of the next prompt
  generation_.reset();
  if (settings_.offers_handles) actions_.push_back(OfferHandle{});
}

}  // namespace reprise::emulator
