//! Every AWS and Google Cloud resource type of a large set of public plans has a standing: a type that is new to the set is noticed here.

use crosspeer::ingest::{aws, azure, google, resource_types};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Types that become part of the model.
const MODELLED: &str = "
    aws_alb
    aws_alb_listener
    aws_alb_target_group
    aws_autoscaling_group
    aws_customer_gateway
    aws_db_instance
    aws_db_subnet_group
    aws_default_network_acl
    aws_default_route_table
    aws_default_security_group
    aws_default_subnet
    aws_default_vpc
    aws_dx_gateway
    aws_dx_gateway_association
    aws_ec2_transit_gateway
    aws_ec2_transit_gateway_dx_gateway_attachment
    aws_ec2_transit_gateway_route_table
    aws_ec2_transit_gateway_route_table_association
    aws_ec2_transit_gateway_route_table_propagation
    aws_ec2_transit_gateway_vpc_attachment
    aws_ec2_transit_gateway_vpn_attachment
    aws_ecs_service
    aws_egress_only_internet_gateway
    aws_eks_addon
    aws_eks_cluster
    aws_eks_fargate_profile
    aws_eks_node_group
    aws_elasticache_replication_group
    aws_elasticache_subnet_group
    aws_elasticsearch_domain
    aws_elb
    aws_instance
    aws_internet_gateway
    aws_lambda_function
    aws_launch_configuration
    aws_launch_template
    aws_lb
    aws_lb_listener
    aws_lb_target_group
    aws_nat_gateway
    aws_neptune_cluster
    aws_neptune_cluster_instance
    aws_network_acl
    aws_network_acl_rule
    aws_network_interface
    aws_redshift_subnet_group
    aws_route
    aws_route_table
    aws_route_table_association
    aws_security_group
    aws_security_group_rule
    aws_spot_instance_request
    aws_subnet
    aws_subnet_ids
    aws_subnets
    aws_vpc
    aws_vpc_endpoint
    aws_vpc_endpoint_service
    aws_vpc_ipv4_cidr_block_association
    aws_vpc_peering_connection
    aws_vpc_security_group_egress_rule
    aws_vpc_security_group_ingress_rule
    aws_vpn_connection
    aws_vpn_gateway
    aws_vpn_gateway_attachment
    aws_vpn_gateway_route_propagation
    google_compute_address
    google_compute_default_service_account
    google_compute_firewall
    google_compute_global_address
    google_compute_instance
    google_compute_network
    google_compute_network_peering
    google_compute_route
    google_compute_router
    google_compute_subnetwork
    google_container_cluster
    google_container_node_pool
    google_filestore_instance
    google_folder
    google_project
    google_service_account
    google_service_networking_connection
    google_sql_database_instance
    azurerm_firewall
    azurerm_lb
    azurerm_linux_virtual_machine
    azurerm_network_interface
    azurerm_network_interface_security_group_association
    azurerm_network_security_group
    azurerm_network_security_rule
    azurerm_route
    azurerm_route_table
    azurerm_subnet
    azurerm_subnet_network_security_group_association
    azurerm_subnet_route_table_association
    azurerm_virtual_hub
    azurerm_virtual_machine
    azurerm_virtual_network
";

/// Types that may bear on reachability and are named as gaps.
const GAP: &str = "
    aws_cloudformation_stack
    aws_db_security_group
    aws_elasticache_security_group
    aws_redshift_security_group
    google_cloud_run_v2_service
    google_compute_global_forwarding_rule
    google_compute_network_endpoint_group
    azurerm_express_route_circuit_peering
    azurerm_express_route_connection
    azurerm_express_route_gateway
    azurerm_lb_rule
";

/// Types that carry and filter nothing between private addresses.
const IRRELEVANT: &str = "
    aws_acm_certificate
    aws_acm_certificate_validation
    aws_ami
    aws_appautoscaling_policy
    aws_appautoscaling_target
    aws_arn
    aws_autoscaling_group_tag
    aws_autoscaling_lifecycle_hook
    aws_autoscaling_policy
    aws_autoscaling_schedule
    aws_availability_zones
    aws_caller_identity
    aws_canonical_user_id
    aws_cloudwatch_event_rule
    aws_cloudwatch_event_target
    aws_cloudwatch_log_group
    aws_cloudwatch_log_resource_policy
    aws_cloudwatch_metric_alarm
    aws_db_option_group
    aws_db_parameter_group
    aws_dynamodb_table
    aws_ebs_snapshot
    aws_ebs_volume
    aws_ec2_instance_type
    aws_ec2_instance_type_offerings
    aws_ec2_tag
    aws_ecr_lifecycle_policy
    aws_ecr_repository
    aws_ecr_repository_policy
    aws_ecrpublic_authorization_token
    aws_ecs_cluster
    aws_ecs_task_definition
    aws_eip
    aws_eks_access_entry
    aws_eks_access_policy_association
    aws_eks_addon_version
    aws_eks_cluster_versions
    aws_eks_identity_provider_config
    aws_eks_pod_identity_association
    aws_elasticsearch_domain_policy
    aws_elb_service_account
    aws_flow_log
    aws_iam_access_key
    aws_iam_instance_profile
    aws_iam_openid_connect_provider
    aws_iam_policy
    aws_iam_policy_attachment
    aws_iam_policy_document
    aws_iam_role
    aws_iam_role_policy
    aws_iam_role_policy_attachment
    aws_iam_service_linked_role
    aws_iam_session_context
    aws_iam_user
    aws_iam_user_policy
    aws_key_pair
    aws_kms_alias
    aws_kms_external_key
    aws_kms_grant
    aws_kms_key
    aws_kms_replica_external_key
    aws_kms_replica_key
    aws_lambda_permission
    aws_neptune_cluster_snapshot
    aws_partition
    aws_placement_group
    aws_region
    aws_route53_query_log
    aws_route53_record
    aws_route53_zone
    aws_s3_bucket
    aws_s3_bucket_accelerate_configuration
    aws_s3_bucket_acl
    aws_s3_bucket_analytics_configuration
    aws_s3_bucket_cors_configuration
    aws_s3_bucket_intelligent_tiering_configuration
    aws_s3_bucket_inventory
    aws_s3_bucket_lifecycle_configuration
    aws_s3_bucket_logging
    aws_s3_bucket_metric
    aws_s3_bucket_object
    aws_s3_bucket_object_lock_configuration
    aws_s3_bucket_ownership_controls
    aws_s3_bucket_policy
    aws_s3_bucket_public_access_block
    aws_s3_bucket_replication_configuration
    aws_s3_bucket_request_payment_configuration
    aws_s3_bucket_server_side_encryption_configuration
    aws_s3_bucket_versioning
    aws_s3_bucket_website_configuration
    aws_secretsmanager_secret
    aws_secretsmanager_secret_version
    aws_sns_topic
    aws_sqs_queue
    aws_sqs_queue_policy
    aws_sqs_queue_redrive_allow_policy
    aws_sqs_queue_redrive_policy
    aws_ssm_parameter
    aws_volume_attachment
    aws_vpc_block_public_access_exclusion
    aws_vpc_block_public_access_options
    aws_vpc_dhcp_options
    aws_vpc_dhcp_options_association
    aws_vpc_endpoint_route_table_association
    aws_vpc_ipam_preview_next_cidr
    aws_vpcs
    google_artifact_registry_repository
    google_client_config
    google_cloud_run_service_iam_policy
    google_compute_backend_service
    google_compute_disk
    google_compute_disk_resource_policy_attachment
    google_compute_health_check
    google_compute_instance_iam_binding
    google_compute_managed_ssl_certificate
    google_compute_region_network_endpoint_group
    google_compute_resource_policy
    google_compute_router_nat
    google_compute_shared_vpc_host_project
    google_compute_ssl_certificate
    google_compute_ssl_policy
    google_compute_target_https_proxy
    google_compute_url_map
    google_folder_iam_binding
    google_folder_iam_member
    google_folder_iam_policy
    google_iam_policy
    google_iam_workload_identity_pool
    google_iam_workload_identity_pool_provider
    google_iap_tunnel_instance_iam_binding
    google_iap_tunnel_instance_iam_member
    google_kms_crypto_key
    google_kms_key_ring
    google_kms_key_ring_iam_binding
    google_organization_iam_binding
    google_organization_iam_member
    google_organization_iam_policy
    google_project_iam_binding
    google_project_iam_custom_role
    google_project_iam_member
    google_project_iam_policy
    google_project_service
    google_project_service_identity
    google_secret_manager_secret
    google_secret_manager_secret_version
    google_service_account_iam_binding
    google_service_account_iam_member
    google_service_account_key
    google_sql_database
    google_sql_user
    google_storage_bucket
    azurerm_availability_set
    azurerm_client_config
    azurerm_express_route_circuit
    azurerm_express_route_port
    azurerm_key_vault
    azurerm_key_vault_secret
    azurerm_lb_backend_address_pool
    azurerm_lb_backend_address_pool_address
    azurerm_lb_probe
    azurerm_managed_disk
    azurerm_public_ip
    azurerm_resource_group
    azurerm_storage_account
    azurerm_traffic_manager_azure_endpoint
    azurerm_traffic_manager_profile
    azurerm_virtual_machine_data_disk_attachment
    azurerm_virtual_wan
";

fn plans() -> Option<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/plans");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.sort();
    Some(files)
}

/// Every `"type": "aws_…"`, `"type": "azurerm_…"` and `"type": "google_…"` of a file.
fn types(text: &str, out: &mut BTreeSet<String>) {
    for piece in text.split("\"type\"").skip(1) {
        let value = piece
            .trim_start_matches([' ', ':', '\n', '\t'])
            .strip_prefix('"');
        if let Some((kind, _)) = value.and_then(|value| value.split_once('"'))
            && ["aws_", "azurerm_", "google_"]
                .iter()
                .any(|front| kind.starts_with(front))
        {
            out.insert(kind.to_owned());
        }
    }
}

#[test]
fn every_type_of_the_plans_has_a_standing() {
    let Some(files) = plans() else {
        println!("skipped: the plans are not beside the repository");
        return;
    };
    let mut seen = BTreeSet::new();
    for file in files {
        if let Ok(text) = std::fs::read_to_string(&file) {
            types(&text, &mut seen);
        }
    }
    let lists = [
        ("modelled", MODELLED),
        ("gap", GAP),
        ("irrelevant", IRRELEVANT),
    ];
    let expected: BTreeSet<String> = lists
        .iter()
        .flat_map(|(word, list)| {
            list.split_whitespace()
                .map(move |kind| format!("{kind} {word}"))
        })
        .collect();
    let type_coverage = |kind: &String| match kind.split('_').next() {
        Some("aws") => aws::TYPES.coverage(resource_types(), kind),
        Some("azurerm") => azure::TYPES.coverage(resource_types(), kind),
        _ => google::TYPES.coverage(resource_types(), kind),
    };
    let found: BTreeSet<String> = seen
        .iter()
        .map(|kind| format!("{kind} {}", type_coverage(kind).word()))
        .collect();
    let new: Vec<_> = found.difference(&expected).collect();
    let gone: Vec<_> = expected.difference(&found).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "decide what becomes of each type and write it here: new {new:#?}, gone {gone:#?}"
    );
}
