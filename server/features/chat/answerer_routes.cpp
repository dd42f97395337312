#include "features/chat/answerer_routes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include "base/id.hpp"
#include "base/json.hpp"
#include "domain/access/access.hpp"

namespace reprise::chat {
namespace json = boost::json;
using access::Action;
using http::guarded;
using http::Method;
using http::Request;
using http::Response;

namespace {

Task<Response> list_answerers(const Providers& providers, ModelLists& lists, Request request) {
  json::array answerers;
  answerers.reserve(providers.all().size());
  for (answering::TextService* service : providers.all()) {
    const answering::ServiceFacts& facts = service->facts();
    const answering::ListedModels listed = co_await lists.of(*service, request.deadline);
    json::object one{{"provider", facts.id},
                     {"name", facts.name},
                     {"default_model", facts.default_model},
                     {"models", json::value_from(listed.models)},
                     {"takes", json::value_from(facts.takes)},
                     {"usual", service == &providers.usual()},
                     {"problem", nullptr}};
    if (!listed.problem.empty()) one["problem"] = listed.problem;
    answerers.push_back(std::move(one));
  }
  co_return http::json(200, json::serialize(json::object{{"answerers", std::move(answerers)}}));
}

json::array turns_json(const Branch& branch) {
  json::array turns;
  turns.reserve(branch.size());
  for (const BranchTurn& one : branch) {
    if (one.turn.text.empty()) continue;
    turns.push_back(json::object{{"message_id", one.message.value},
                                 {"role", enum_text(one.turn.role)},
                                 {"origin", enum_text(one.origin)},
                                 {"text", one.turn.text}});
  }
  return turns;
}

json::object to_api(const Context& context, const AnswerSettings& settings) {
  return {{"provider", context.by.provider},
          {"model", context.by.model},
          {"instruction", settings.instruction},
          {"turns", turns_json(context.branch)},
          {"tokens", tokens_of(context.branch)},
          {"tokens_max", settings.context_tokens_max},
          {"too_old", too_old(context.branch, settings.context_tokens_max)}};
}

Task<Response> show_context(Messages& messages, const Answers& answers, Request request) {
  const std::string after(request.query_value("after").value_or(""));
  if (!after.empty() && !is_uuid(after)) {
    co_return http::problem(Error{ErrorCode::Invalid, "`after` must be a UUID in lower case."});
  }
  const auto context = co_await messages.context(
      access::Reach::of(request.who()), ChatId(request.params[0]),
      after.empty() ? Parent(Newest{}) : Parent(MessageId(after)), request.deadline);
  if (!context) co_return http::problem(context.error());
  co_return http::json(200, json::serialize(to_api(*context, answers.settings())));
}

Task<Response> show_live_context(Messages& messages, const Answers& answers, Request request) {
  auto context =
      co_await messages.context(access::Reach::of(request.who()), ChatId(request.params[0]),
                                Parent(Newest{}), request.deadline);
  if (!context) co_return http::problem(context.error());
  std::erase_if(context->branch, [](const BranchTurn& one) { return one.turn.text.empty(); });
  const std::size_t all = context->branch.size();
  const std::size_t most = answers.settings().live_tokens_max;
  const Branch told = newest_within(std::move(context->branch), most);
  co_return http::json(200, json::serialize(json::object{{"turns", turns_json(told)},
                                                         {"tokens", tokens_of(told)},
                                                         {"tokens_max", most},
                                                         {"left_out", all - told.size()}}));
}

}  // namespace

http::Routes answerer_routes(Messages& messages, const Answers& answers, const Providers& providers,
                             ModelLists& lists) {
  return {
      guarded(Action::ListChats, {Method::Get, "/api/answerers",
                                  [&providers, &lists](Request request) {
                                    return list_answerers(providers, lists, std::move(request));
                                  }}),
      guarded(Action::FollowAnswer, {Method::Get, "/api/chats/{id:uuid}/context",
                                     [&messages, &answers](Request request) {
                                       return show_context(messages, answers, std::move(request));
                                     }}),
      guarded(Action::FollowAnswer, {Method::Get, "/api/chats/{id:uuid}/live-context",
                                     [&messages, &answers](Request request) {
                                       return show_live_context(messages, answers,
                                                                std::move(request));
                                     }}),
  };
}

}  // namespace reprise::chat
