//! What makes resources by a text: template deployments, and requests to the management API. Source: Azure Resource Manager,
//! "Template structure and syntax"; AzAPI provider, `azapi_update_resource`, `azapi_resource_action`.

use crate::ingest::lowering::{Lowering, Template, TemplateType, Templates};

/// The type that is any resource, by its attribute `type`: `Microsoft.Network/routeTables/routes@2024-05-01`.
pub const AZAPI: &str = "azapi_resource";

/// The types, and how their texts are read.
pub const TEMPLATES: Templates = Templates {
    types: &[
        TemplateType::new(
            "azurerm_resource_group_template_deployment",
            CONTENT,
            ELSEWHERE,
        ),
        TemplateType::new(
            "azurerm_subscription_template_deployment",
            CONTENT,
            ELSEWHERE,
        ),
        TemplateType::new(
            "azurerm_management_group_template_deployment",
            CONTENT,
            ELSEWHERE,
        ),
        TemplateType::new("azurerm_tenant_template_deployment", CONTENT, ELSEWHERE),
        TemplateType::new(
            "azurerm_template_deployment",
            &["template_body", "parameters", "parameters_body"],
            &[],
        ),
        TemplateType::new(
            "azurerm_managed_application",
            &["parameter_values"],
            &["application_definition_id"],
        ),
        TemplateType::new(AZAPI, &["type", "parent_id", "body"], &[]),
        TemplateType::new(
            "azapi_update_resource",
            &["type", "resource_id", "parent_id", "body"],
            &[],
        ),
        TemplateType::new(
            "azapi_resource_action",
            &["type", "resource_id", "action", "body"],
            &[],
        ),
        TemplateType::new(
            "azapi_data_plane_resource",
            &["type", "parent_id", "body"],
            &[],
        ),
    ],
    networking: &[
        "microsoft.network/virtualnetworks",
        "microsoft.network/virtualnetworkpeerings",
        "microsoft.network/routetables",
        "microsoft.network/networksecuritygroups",
        "microsoft.network/virtualhubs",
        "microsoft.network/virtualnetworkgateways",
        "microsoft.network/connections",
        "microsoft.network/networkmanagers",
        "microsoft.network/networkinterfaces",
        "virtualnetworkpeerings",
        "securityrules",
        // Texts that stand elsewhere.
        "templatelink",
    ],
    lookups: &[
        "resourceid(",
        "reference(",
        "concat(",
        "format(",
        "variables(",
        "templatelink",
    ],
    by_name: true,
};

const CONTENT: &[&str] = &["template_content", "parameters_content"];
const ELSEWHERE: &[&str] = &["template_spec_version_id"];

/// The resources whose texts may change groups and tables; a request for one resource is judged by its type and what it is a part of.
pub fn made_by_text<'a, L>(lowering: &Lowering<'a, L>) -> Vec<Template<'a>> {
    let mut out = lowering.templates(&TEMPLATES);
    out.retain(|template| template.resource.kind != AZAPI);
    out
}
