//! `mcp`: a door for assistants that write Terraform, so that one can ask before it proposes (Model Context Protocol, over standard
//! input and output). Each call of a tool is one run of this same program, so limits, words and what is hidden are the same, and
//! nothing is kept between two calls. Every tool only reads.

mod call;
mod tools;

use super::CommandOutcome;
use super::error::CliError;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation,
    ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler, ServiceExt};
use std::path::PathBuf;

/// What an assistant reads before it chooses a tool.
const INSTRUCTIONS: &str = "crosspeer computes which pods can reach across a VPC peering or another network border, from a Terraform \
plan as JSON and Kubernetes manifests, before anything is applied. Call `scan` first. `possible` means that something is not known, \
never that it is safe.";

/// Serves until standard input ends.
pub(super) fn run() -> Result<CommandOutcome, CliError> {
    let program = std::env::current_exe().map_err(CliError::Output)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .map_err(CliError::Output)?;
    runtime.block_on(async {
        let failed = |why: String| CliError::Output(std::io::Error::other(why));
        let server = ToolServer { program };
        let service = server.serve(rmcp::transport::stdio()).await;
        let service = service.map_err(|why| failed(why.to_string()))?;
        let done = service.waiting().await;
        done.map(|_| CommandOutcome::Quiet)
            .map_err(|why| failed(why.to_string()))
    })
}

/// The server; it knows where its own program is.
struct ToolServer {
    program: PathBuf,
}

impl ServerHandler for ToolServer {
    fn get_info(&self) -> ServerConfig {
        let name = Implementation::new("crosspeer", env!("CARGO_PKG_VERSION"));
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(name)
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult {
            tools: tools::ALL.iter().map(tools::Tool::described).collect(),
            ..ListToolsResult::default()
        })
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let refused = |why: String| ErrorData::invalid_params(why, None);
        let given = request.arguments.unwrap_or_default();
        let arguments = tools::arguments(&request.name, &given).map_err(refused)?;
        let program = self.program.clone();
        // Another thread waits, so that the assistant can ask for more meanwhile.
        let answer = tokio::task::spawn_blocking(move || call::call(&program, &arguments)).await;
        let answer = answer.unwrap_or_else(|why| Err(why.to_string()));
        let said = |text: String| vec![ContentBlock::text(text)];
        Ok(match answer {
            Ok(text) => CallToolResult::success(said(text)).into(),
            Err(why) => CallToolResult::error(said(why)).into(),
        })
    }
}
