#pragma once

#include "features/account/export_parts.hpp"
#include "features/chat/chats.hpp"
#include "features/live/live_routes.hpp"
#include "features/studies/participation_routes.hpp"
#include "features/studies/study_routes.hpp"
#include "features/studies/study_zip.hpp"
#include "platform/answering/model_list.hpp"
#include "platform/http/gate.hpp"
#include "platform/limits/limiter.hpp"

// What participants of studies need of the other features: talks, uploads, files.
namespace reprise::app {

/// Begins talks of participants, in a chat of the researcher's for each participant. All outlive
/// it.
studies::BeginTalk begin_study_talk(live::Live& live, chat::Chats& chats);
/// The presets of talks of studies. Both outlive it.
live::PresetOf study_presets(studies::Participations& participations, gemini::Gemini& gemini);
/// Refuses models and voices of conditions that the service does not have. Both outlive it.
studies::CheckPreset check_study_preset(answering::ModelList& talking, gemini::Gemini& gemini);
/// The files of recordings for the zip of a study. What is named outlives it.
studies::FilesOf study_files(account::ViewFilesOf views, archive::Uses<archive::Contents> archive,
                             BlockingPool& pool);

/// The same routes, of which participants may use those that a talk needs, for the talks of their
/// own link only.
http::Routes with_participants(studies::Participations& participations, http::Routes routes);
/// The same gate, which knows participants where they may come to.
http::Gate with_participants(studies::Participations& participations, http::Gate gate);
/// The same routes, limited where everybody may come.
http::Routes with_link_rates(limits::Limiter& limiter, http::Routes routes);

}  // namespace reprise::app
