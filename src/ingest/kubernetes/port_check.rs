//! Port numbers that the API server refuses, of Services and containers: they are reported, whatever reads the rest of the object
//! (Kubernetes API, `ServicePort`, `ContainerPort`).

use super::fault::Faults;
use super::object::Object;
use super::port::number;
use super::workload::pod_spec;
use crate::ingest::InputError;
use crate::ingest::yaml::Node;

/// The faults of one object's ports.
pub fn faults(object: &Object) -> Vec<InputError> {
    let mut faults = Faults::default();
    if object.is("", "Service") {
        for port in object.node.get("spec.ports").items() {
            check(&port, &["port", "targetPort"], false, &mut faults);
            check(&port, &["nodePort"], true, &mut faults);
        }
    }
    let spec = pod_spec(object);
    for list in ["containers", "initContainers"] {
        for container in spec.get(list).items() {
            for port in container.get("ports").items() {
                check(&port, &["containerPort"], false, &mut faults);
                check(&port, &["hostPort"], true, &mut faults);
            }
        }
    }
    faults.0
}

/// A name may stand for a number, and zero for none where `none` says so; a template is reported elsewhere.
fn check(port: &Node, fields: &[&str], none: bool, faults: &mut Faults) {
    for field in fields {
        let value = port.get(field);
        let is_none = none && value.integer() == Some(0);
        if value.integer().is_some() && !is_none {
            faults.keep(number(&value, field));
        }
    }
}
