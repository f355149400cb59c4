//! Which resource types are read in full. All others are listed by address and type only: they carry and filter no traffic,
//! and their attributes (policies, templates, user data) are most of a plan's bytes.

/// Providers whose resources bear on networks or clusters, and types through which values of theirs are handed on.
const READ: &[&str] = &[
    "aws_",
    "awscc_",
    "google_",
    "azurerm_",
    "azapi_",
    "kubernetes_",
    "helm_",
    "kubectl_",
    "kustomization_",
    "kustomize_",
    "time_",
    "null_",
    "terraform_data",
    "terraform_remote_state",
];

/// Families of those providers that have neither an address nor a say in who may reach one.
const LEFT_OUT: &[&str] = &[
    "aws_acm",
    "aws_api_gateway_method",
    "aws_api_gateway_resource",
    "aws_appautoscaling",
    "aws_athena",
    "aws_backup",
    "aws_budgets",
    "aws_cloudformation",
    "aws_cloudfront",
    "aws_cloudtrail",
    "aws_cloudwatch",
    "aws_codecommit",
    "aws_cognito",
    "aws_config_",
    "aws_dynamodb",
    "aws_ecr",
    "aws_glue_catalog",
    "aws_guardduty",
    "aws_iam",
    "aws_inspector",
    "aws_kinesis_stream",
    "aws_kinesis_video",
    "aws_kms",
    "aws_lambda_permission",
    "aws_partition",
    "aws_s3",
    "aws_secretsmanager",
    "aws_securityhub",
    "aws_sns",
    "aws_sqs",
    "aws_ssm",
    "aws_waf",
    "azurerm_key_vault_secret",
    "azurerm_log",
    "azurerm_monitor",
    "azurerm_policy",
    "azurerm_role",
    "google_bigquery",
    "google_kms",
    "google_logging",
    "google_monitoring",
    "google_project_iam",
    "google_project_service",
    "google_pubsub",
    "google_secret",
    "google_storage",
];

/// Whether the attributes of a resource type are read.
#[must_use]
pub fn is_read(kind: &str) -> bool {
    READ.iter().any(|front| kind.starts_with(front))
        && !LEFT_OUT.iter().any(|front| kind.starts_with(front))
}

#[cfg(test)]
mod tests {
    use super::is_read;

    #[test]
    fn networks_are_read_and_policies_are_not() {
        let read = [
            "aws_vpc",
            "aws_route",
            "google_compute_network",
            "azurerm_virtual_network",
            "kubernetes_manifest",
            "time_sleep",
        ];
        assert!(read.iter().all(|kind| is_read(kind)));
        assert!(
            ![
                "aws_iam_policy",
                "aws_s3_bucket",
                "random_id",
                "tls_private_key",
                "google_storage_bucket"
            ]
            .iter()
            .any(|kind| is_read(kind))
        );
    }
}
