#include "features/chat/chat_routes.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/clock.hpp"
#include "domain/access/access.hpp"
#include "platform/archive/api_json.hpp"
#include "platform/http/json_body.hpp"
#include "platform/http/page_json.hpp"

namespace reprise::chat {
namespace json = boost::json;
using access::Action;
using access::Reach;
using http::guarded;
using http::Method;
using http::Request;
using http::Response;

namespace {

struct ChatCreate {
  std::optional<std::string> title;
};
BOOST_DESCRIBE_STRUCT(ChatCreate, (), (title))

struct ChatPatch {
  std::optional<std::string> title;
  std::optional<std::string> provider;
  std::optional<std::string> model;
  std::optional<std::string> live_words_to;
};
BOOST_DESCRIBE_STRUCT(ChatPatch, (), (title, provider, model, live_words_to))

/// Errors: Invalid, naming the member.
Result<ChatChange> wanted_change(const Providers& providers, ChatPatch wish) {
  if (!wish.title && !wish.provider && !wish.model && !wish.live_words_to) {
    return fail(ErrorCode::Invalid, "`title` is missing, and nothing else is to change.");
  }
  ChatChange change{.title = {},
                    .provider = std::move(wish.provider),
                    .model = std::move(wish.model),
                    .live_words_to = std::move(wish.live_words_to)};
  if (wish.title) {
    auto title = session::given_title(*wish.title);
    if (!title) return std::unexpected(title.error());
    change.title = *std::move(title);
  }
  const auto known = [&providers](const std::optional<std::string>& id) {
    return !id || id->empty() || providers.find(*id) != nullptr;
  };
  if (!known(change.provider)) {
    return fail(ErrorCode::Invalid, "`provider` names none of GET /api/answerers.");
  }
  if (!known(change.live_words_to)) {
    return fail(ErrorCode::Invalid, "`live_words_to` names none of GET /api/answerers.");
  }
  // A model belongs to its provider.
  if (change.provider && !change.model) change.model = "";
  return change;
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object to_api(const Chat& chat) {
  return {{"id", chat.id.value},
          {"title", chat.title},
          {"untitled", chat.untitled},
          {"created_at", rfc3339(chat.created_utc_ns)},
          {"last_used_at", rfc3339(chat.last_used_utc_ns)},
          {"live", chat.live},
          {"provider", text_or_null(chat.provider)},
          {"model", text_or_null(chat.model)},
          {"live_words_to", text_or_null(chat.live_words_to)},
          {"shared", nullptr}};
}

/// For somebody with whom it is shared: who answers in it is its owner's matter.
json::object to_viewer_api(const Chat& chat, const access::Grant& grant) {
  json::object object = to_api(chat);
  for (const char* hidden : {"provider", "model", "live_words_to"}) object[hidden] = nullptr;
  object["shared"] = archive::shared_of(grant);
  return object;
}

Response answer(int status, const Result<Chat>& chat) {
  return chat ? http::json(status, json::serialize(to_api(*chat))) : http::problem(chat.error());
}

Task<Response> list_chats(Chats& chats, BlockingPool& reads, Request request) {
  const auto wish = http::page_wish(request);
  if (!wish) co_return http::problem(wish.error());
  const auto page = co_await chats.list(request.who().user, *wish, request.deadline);
  co_return co_await reads.run([&] {
    return http::page_json(request, "chats", page, [](const Chat& chat) { return to_api(chat); });
  });
}

Task<Response> create_chat(Chats& chats, Request request) {
  const auto wish = co_await http::read_json<ChatCreate>(request);
  if (!wish) co_return http::problem(wish.error());
  const auto title = session::clean_title(wish->title.value_or(""));
  if (!title) co_return http::problem(title.error());
  const Chat made = co_await chats.create(request.who().user, *title, request.deadline);
  Response response = answer(201, made);
  response.headers.add("Location", "/api/chats/" + made.id.value);
  co_return response;
}

Task<Response> get_chat(Chats& chats, Request request) {
  const auto found =
      co_await chats.find(request.readable(), ChatId(request.params[0]), request.deadline);
  if (found && request.grant) {
    co_return http::json(200, json::serialize(to_viewer_api(*found, *request.grant)));
  }
  co_return answer(200, found);
}

struct ChatServices {
  Chats& chats;
  const Providers& providers;
  ModelLists& lists;
};

/// Whether the model is one of who will answer in the chat. Errors: Invalid, NotFound, Conflict
/// `provider-gone`.
Task<Status> check_model(ChatServices services, Reach reach, ChatId id, ChatChange change,
                         Deadline deadline) {
  if (!change.model || change.model->empty()) co_return Status{};
  const auto chat = co_await services.chats.find(std::move(reach), std::move(id), deadline);
  if (!chat) co_return std::unexpected(chat.error());
  auto by = services.providers.answerer(change.provider.value_or(chat->provider), *change.model);
  if (!by) co_return std::unexpected(by.error());
  co_return co_await services.lists.check(*services.providers.find(by->provider),
                                          std::move(by->model), deadline);
}

Task<Response> change_chat(ChatServices services, Request request) {
  const Reach reach = Reach::of(request.who());
  const ChatId id(request.params[0]);
  const Deadline deadline = request.deadline;
  auto wish = co_await http::read_json<ChatPatch>(request);
  if (!wish) co_return http::problem(wish.error());
  auto change = wanted_change(services.providers, *std::move(wish));
  if (!change) co_return http::problem(change.error());
  if (const auto model = co_await check_model(services, reach, id, *change, deadline); !model) {
    co_return http::problem(model.error());
  }
  const auto changed = co_await services.chats.change(reach, id, *std::move(change), deadline);
  co_return answer(200, changed);
}

Task<Response> delete_chat(Chats& chats, Request request) {
  const auto removed =
      co_await chats.remove(Reach::of(request.who()), ChatId(request.params[0]), request.deadline);
  if (!removed) co_return http::problem(removed.error());
  co_return *removed == archive::Erased::Whole
      ? http::no_content()
      : http::json(202, json::serialize(archive::files_follow()));
}

}  // namespace

http::Routes chat_routes(Chats& chats, const Providers& providers, ModelLists& lists,
                         BlockingPool& reads) {
  // A coroutine takes its parameters by value. What these lambdas hold belongs to the composition
  // root.
  const auto with_chats = [&chats](Task<Response> (*handle)(Chats&, Request)) {
    return [&chats, handle](Request request) { return handle(chats, std::move(request)); };
  };
  return {
      guarded(Action::ListChats, {Method::Get, "/api/chats",
                                  [&chats, &reads](Request request) {
                                    return list_chats(chats, reads, std::move(request));
                                  }}),
      guarded(Action::CreateChat, {Method::Post, "/api/chats", with_chats(create_chat)}),
      guarded(Action::ReadChat, {Method::Get, "/api/chats/{id:uuid}", with_chats(get_chat)}),
      guarded(Action::RenameChat,
              {Method::Patch, "/api/chats/{id:uuid}",
               [services = ChatServices{chats, providers, lists}](Request request) {
                 return change_chat(services, std::move(request));
               }}),
      guarded(Action::DeleteChat,
              {Method::Delete, "/api/chats/{id:uuid}", with_chats(delete_chat)}),
  };
}

}  // namespace reprise::chat
