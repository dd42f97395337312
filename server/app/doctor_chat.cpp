#include "app/doctor_chat.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>

#include "app/about_routes.hpp"
#include "app/doctor_steps.hpp"
#include "app/open_providers.hpp"
#include "base/text.hpp"
#include "base/time_left.hpp"
#include "domain/chat/provider_stream.hpp"

namespace reprise::app {

namespace {

constexpr std::chrono::seconds kModelsWithin{10};
constexpr std::chrono::seconds kAnswerWithin{60};
constexpr std::size_t kShown = 80;  // letters of the answer
constexpr const char* kQuestion = "Repeat after me: hello";

Task<bool> ask_models(answering::TextService& service, DoctorSteps& steps) {
  steps.begin("models");
  const auto models = co_await service.models(Deadline::after(kModelsWithin));
  if (!models) {
    steps.failed(models.error().error.client_message);
    co_return false;
  }
  const std::string& own = service.facts().default_model;
  steps.done(
      fmt::format("{} may be chosen; {} answers unless a chat names another", models->size(), own));
  co_return true;
}

/// Asks and reads the whole answer, as chats do.
Task<bool> ask_question(answering::TextService& service, DoctorSteps& steps) {
  steps.begin("answer");
  const Deadline deadline = Deadline::after(kAnswerWithin);
  const auto began = std::chrono::steady_clock::now();
  const std::string& model = service.facts().default_model;
  auto opened = co_await service.stream(model, {.turns = {{.text = kQuestion}}}, deadline);
  if (!opened) {
    steps.failed(opened.error().error.client_message);
    co_return false;
  }
  chat::ProviderStream answer(service.facts().dialect);
  std::string words;
  std::int64_t first_ms = -1;
  for (bool more = true; more && !answer.over();) {
    const auto piece = co_await (*opened)->next(deadline);
    more = piece && !piece->empty();
    if (more) answer.feed(*piece);
    if (!more) answer.end();
    words += answer.take_text();
    if (first_ms >= 0 || words.empty()) continue;
    first_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::steady_clock::now() - began)
                   .count();
  }
  if (answer.error_body()) {
    steps.failed(service.explain(model, *answer.error_body()).error.client_message);
    co_return false;
  }
  if (const chat::Ending ending = answer.ending(); ending.trouble) {
    steps.failed(ending.trouble->detail);
    co_return false;
  }
  steps.done(fmt::format("“{}”, its first piece after {} ms",
                         text::one_line(words).substr(0, kShown), first_ms));
  co_return true;
}

Task<bool> examine(const chat::Providers& providers, std::FILE* out) {
  DoctorSteps steps(out);
  bool fine = true;
  for (answering::TextService* service : providers.all()) {
    const answering::ServiceFacts& facts = service->facts();
    fmt::print(out, "{} ({}) answers with {}.\n", facts.name, facts.id, facts.default_model);
    // A service without a list of models may answer all the same.
    fine = co_await ask_models(*service, steps) && fine;
    fine = co_await ask_question(*service, steps) && fine;
  }
  fmt::print(out, "\n{}\n",
             fine ? "Everything works: Reprise can answer what is typed."
                  : "Not everything works. The lines above say what does.");
  co_return fine;
}

}  // namespace

int doctor_chat(const ServeOptions& options, std::FILE* out) {
  log::set_level(log::Level::Error);  // the steps already say it in words
  boost::asio::io_context context;
  const http::Metrics metrics;  // nobody takes its spans
  const OpenProviders open(options, metrics);
  return exit_code_of(context, examine(open.providers(), out), out);
}

}  // namespace reprise::app
